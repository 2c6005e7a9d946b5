"""Whether there are outcomes enough, and how much can be made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foresight.learning.checks.finding import Finding
from perennial.foresight.learning.dataset import Dataset
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
else:
    np = on_demand("numpy")

LEAST = 20  # of each: with fewer nothing can be tried on rows that were not learnt from
ENOUGH_FOR_TREES = 100
LEAST_ROWS = 100
_RIPE = 0.5  # the newest tenth has less than this share of the usual rate
_SURELY = 3.0  # standard deviations


def outcomes(dataset: Dataset) -> list[Finding]:
    if not dataset.is_yes_or_no:
        return _numbers(dataset)
    yes = int(dataset.outcome.sum())
    fewer = min(yes, len(dataset) - yes)
    if not fewer:
        return [
            Finding("one_outcome", _("The outcome is the same in every row: there is nothing to learn."), stops=True)
        ]
    if fewer < LEAST or len(dataset) < LEAST_ROWS:
        sentence = ngettext(
            "%(fewer)d outcome of the rarer kind in %(rows)d rows is too few: at least %(least)d in %(least_rows)d"
            " rows are"
            " needed before anything can be learnt and tried.",
            "%(fewer)d outcomes of the rarer kind in %(rows)d rows are too few: at least %(least)d in"
            " %(least_rows)d rows"
            " are needed before anything can be learnt and tried.",
            fewer,
        ) % {"fewer": fewer, "rows": len(dataset), "least": LEAST, "least_rows": LEAST_ROWS}
        return [Finding("few_outcomes", sentence, stops=True)]
    shown = {"yes": yes, "rows": len(dataset), "share": 100 * yes / len(dataset)}
    if fewer < ENOUGH_FOR_TREES:
        sentence = _("%(yes)d outcomes in %(rows)d rows (%(share).1f %%), enough for a simple model.") % shown
        return [Finding("simple_only", sentence), *_unripe(dataset)]
    sentence = _("%(yes)d outcomes in %(rows)d rows (%(share).1f %%), enough for every kind of model.") % shown
    return [Finding("outcomes", sentence), *_unripe(dataset)]


def _numbers(dataset: Dataset) -> list[Finding]:
    if len(np.unique(dataset.outcome)) < 2:
        return [
            Finding("one_outcome", _("The outcome is the same in every row: there is nothing to learn."), stops=True)
        ]
    if len(dataset) < LEAST_ROWS:
        sentence = _("%(rows)d rows are too few: at least %(least)d are needed.") % {
            "rows": len(dataset), "least": LEAST_ROWS}  # fmt: skip
        return [Finding("few_outcomes", sentence, stops=True)]
    return [Finding("outcomes", _("%(rows)d rows with a number as outcome.") % {"rows": len(dataset)})]


def _unripe(dataset: Dataset) -> list[Finding]:
    """Much fewer outcomes in the newest rows: perhaps their time has not passed yet."""
    if dataset.time is None:
        return []
    newest = dataset.time >= np.sort(dataset.time)[int(0.9 * len(dataset))]
    rate, new_rate = float(dataset.outcome[~newest].mean()), float(dataset.outcome[newest].mean())
    deviation = np.sqrt(max(rate * (1 - rate), 1e-9) / max(int(newest.sum()), 1))
    if new_rate > _RIPE * rate or rate - new_rate < _SURELY * deviation:
        return []
    sentence = _("It happened in %(new).1f %% of the newest tenth of the rows and in %(rate).1f %% of the others."
                 " If their"
                 " time has not passed yet, leave the newest out: they teach that it will not happen.") % {
        "new": 100 * new_rate, "rate": 100 * rate}  # fmt: skip
    return [Finding("unripe", sentence)]
