"""Whether there is anything to publish: what cannot be told from this table is said, and not made up.

A model must order rows better than chance by more than chance allows, and by enough that somebody could act on it; it
must lose less than the bare rate; and it must not be beaten by the one column that a manager would sort by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.measuring.intervals import Estimate
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

Word = Literal["published", "no_signal", "rule_is_as_good", "not_possible"]
LEAST_AUC = 0.55  # less than this, if it is there at all, is nothing that anybody could act on
LEAST_SHARE = 0.01  # of a number's variance
_MAY_BE_WORSE = 0.005  # AUC by which chance may put a model behind a rule that it contains


@dataclass(frozen=True, slots=True)
class Verdict:
    word: Word
    sentence: str

    @property
    def is_published(self) -> bool:
        return self.word == "published"


@dataclass(frozen=True, slots=True)
class Against:
    """The chosen candidate beside the bare rate and the best single column, on the same rows. `gain` is how much less
    it loses a row than the bare rate; `order` is its AUC, or the share of variance it explains."""

    order: Estimate
    gain: Estimate
    rule_order: float
    rule_gain: float
    rule_label: str


def verdict_on(dataset: Dataset, against: Against) -> Verdict:
    least = LEAST_AUC if dataset.is_yes_or_no else LEAST_SHARE
    if against.order.low < least or against.gain.low <= 0:
        if dataset.is_yes_or_no:
            sentence = _("This cannot be predicted from this table. On rows that it did not learn from, the best model"
                         " orders them hardly better than a coin (AUC %(auc).2f, between %(low).2f and %(high).2f;"
                         " 0.50 is chance). Nothing is published.")  # fmt: skip
        else:
            sentence = _(
                "This cannot be predicted from this table. On rows that it did not learn from, the best model"
                " explains %(auc).2f of the differences (between %(low).2f and %(high).2f). Nothing is published."
            )
        return Verdict("no_signal", sentence % {
            "auc": against.order.value, "low": against.order.low, "high": against.order.high})  # fmt: skip
    if against.gain.value <= against.rule_gain or against.order.value < against.rule_order - _MAY_BE_WORSE:
        sentence = _("“%(column)s” alone tells as much as everything together (AUC %(rule).2f against %(auc).2f)."
                     " Sort by it; a model is not needed, and none is published.")  # fmt: skip
        return Verdict("rule_is_as_good", sentence % {
            "column": against.rule_label, "rule": against.rule_order, "auc": against.order.value})  # fmt: skip
    sentence = _("It can be predicted: %(auc).3f (between %(low).3f and %(high).3f) on rows that it did not learn from."
                 " The best single column, “%(column)s”, reaches %(rule).3f.")  # fmt: skip
    return Verdict("published", sentence % {
        "auc": against.order.value, "low": against.order.low, "high": against.order.high,
        "column": against.rule_label, "rule": against.rule_order})  # fmt: skip


def explained(outcome: Floats, told: Floats, weights: Floats | None = None) -> float:
    """Share of the variance that is explained."""
    middle = np.average(outcome, weights=weights)
    variance = np.average((outcome - middle) ** 2, weights=weights)
    return 1 - float(np.average((outcome - told) ** 2, weights=weights) / variance) if variance else 0.0
