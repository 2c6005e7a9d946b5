"""The data check: everything that is to be said of a table before it is learnt from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foresight.learning.checks.alone import Alone, alone
from perennial.foresight.learning.checks.finding import Finding
from perennial.foresight.learning.checks.leaks import leaks
from perennial.foresight.learning.checks.outcomes import outcomes
from perennial.foresight.learning.checks.usable import unusable
from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.splitting import folds_of, same_rows
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
else:
    np = on_demand("numpy")

_LOOKED_AT = 50_000  # rows; what a column tells is plain long before
_MANY_SAME = 0.01


@dataclass(frozen=True, slots=True)
class Checked:
    """`usable` is the table without what is left out; `alone` what each column tells by itself, those left out too."""

    findings: tuple[Finding, ...]
    usable: Dataset
    alone: dict[str, Alone]

    @property
    def is_stopped(self) -> bool:
        return any(each.stops for each in self.findings)

    @property
    def has_few(self) -> bool:
        return any(each.what == "simple_only" for each in self.findings)


def check(dataset: Dataset, *, seed: int = 1, keep: Collection[str] = ()) -> Checked:
    """`keep` are columns that somebody vouches for: they are learnt from whatever they look like."""
    found = outcomes(dataset)
    useless = [finding for key in dataset.keys if (finding := unusable(dataset, key))]
    left = dataset.without({each.column for each in useless})
    if any(each.stops for each in found) or not left.keys:
        return Checked((*found, *useless, *_nothing_left(left)), left, {})
    sample = sampled(left, _LOOKED_AT, seed)
    folds = folds_of(sample, seed=seed)
    told = {key: alone(sample, key, folds) for key in left.keys}
    leaking = [_kept(each) if each.column in keep else each for each in leaks(sample, told)]
    usable = left.without({each.column for each in leaking if each.left_out})
    return Checked((*found, *leaking, *useless, *_same(sample), *_nothing_left(usable)), usable, told)


def sampled(dataset: Dataset, most: int, seed: int) -> Dataset:
    if len(dataset) <= most:
        return dataset
    places = np.random.default_rng(seed).choice(len(dataset), most, replace=False)
    return dataset.rows(np.sort(places))


def _kept(finding: Finding) -> Finding:
    sentence = _("“%(column)s” is kept because you said so, though it looks as if it knew the outcome.") % {
        "column": finding.label}  # fmt: skip
    return Finding("kept", sentence, finding.column, finding.label)


def _same(dataset: Dataset) -> list[Finding]:
    same = same_rows(dataset)
    share = 1 - len(np.unique(same)) / len(dataset)
    if share < _MANY_SAME:
        return []
    sentence = _("%(share).1f %% of the rows repeat another in everything. They are tried together, so that none gives"
                 " away its twin.") % {"share": 100 * share}  # fmt: skip
    return [Finding("same_rows", sentence)]


def _nothing_left(dataset: Dataset) -> list[Finding]:
    if dataset.keys:
        return []
    sentence = _("No column is left that can be learnt from.")
    return [Finding("few_outcomes", sentence, stops=True)]
