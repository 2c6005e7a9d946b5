"""What one column tells of the outcome by itself, tried on rows that it was not learnt from.

It is the yardstick for leaks, and the best of them is the simple rule that a model must beat: "look at this column".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.dataset import Dataset, kind_of
from perennial.foresight.learning.encoding.categories import CategoryCoding
from perennial.foresight.learning.encoding.dates import distance_of, times_of
from perennial.foresight.learning.encoding.numbers import values_of
from perennial.foresight.learning.measuring.marks import area, losses
from perennial.foresight.learning.splitting import Fold
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow", "pyarrow.compute")

_STEPS = 10
_SMOOTHED = 10.0  # rows of the usual rate that each step is given, so that small ones claim little


@dataclass(frozen=True, slots=True)
class Alone:
    """`skill` is the share of the uncertainty (of the variance, for numbers) that the column alone takes away;
    `plain` is the share of rows where it is blank or zero, in which the outcome happened at `plain_rate`, else at
    `other_rate`."""

    key: str
    skill: float
    roc_auc: float
    blank: float
    blank_rate: float
    plain: float
    plain_rate: float
    other_rate: float
    rates: Floats  # of each step or level, blanks last
    counts: Floats


def alone(dataset: Dataset, key: str, folds: list[Fold]) -> Alone:
    steps, column = steps_of(dataset, key), dataset.features[key]
    outcome = dataset.outcome
    told, tried = tried_scores(steps, outcome, folds)
    happened = outcome.astype(float)
    is_blank = column.is_null(nan_is_null=True).to_numpy().astype(bool)
    is_plain = is_blank | (values_of(column) == 0 if kind_of(column) == "number" else False)
    counts = np.bincount(steps).astype(float)
    return Alone(
        key, skill(outcome, told, tried),
        area(outcome[tried], told[tried]) if dataset.is_yes_or_no else float("nan"),
        float(is_blank.mean()), _mean(happened[is_blank]), float(is_plain.mean()), _mean(happened[is_plain]),
        _mean(happened[~is_plain]), np.bincount(steps, happened) / np.maximum(counts, 1), counts,
    )  # fmt: skip


def skill(outcome: NDArray[Any], told: Floats, tried: NDArray[Any]) -> float:
    happened = outcome[tried].astype(float)
    if outcome.dtype != bool:
        variance = float(happened.var())
        return 1 - float(((happened - told[tried]) ** 2).mean()) / variance if variance else 0.0
    usual = losses(outcome[tried], np.full(len(happened), happened.mean()))
    return 1 - float(losses(outcome[tried], told[tried]).mean()) / max(float(usual.mean()), 1e-9)


def tried_scores(steps: NDArray[np.int64], outcome: NDArray[Any], folds: list[Fold]) -> tuple[Floats, NDArray[Any]]:
    """What the steps tell of rows that were not learnt from, and which rows those are."""
    told = np.full(len(outcome), np.nan)
    for fold in folds:
        if fold.turn == 0:
            told[fold.tried] = rates_of(steps[fold.learnt], outcome[fold.learnt], int(steps.max()) + 1)[
                steps[fold.tried]
            ]
    return told, ~np.isnan(told)


def rates_of(steps: NDArray[np.int64], outcome: NDArray[Any], count: int) -> Floats:
    usual = float(outcome.mean())
    sums = np.bincount(steps, outcome.astype(float), count) + _SMOOTHED * usual
    return np.asarray(sums / (np.bincount(steps, minlength=count) + _SMOOTHED), float)


def steps_of(dataset: Dataset, key: str) -> NDArray[np.int64]:
    """Tenths of numbers and dates, levels of choices, whether there is a text; blanks are a step of their own."""
    column = dataset.features[key]
    kind = kind_of(column)
    if kind == "text":
        return np.asarray(column.is_null(nan_is_null=True).to_numpy(), np.int64)
    if kind in ("category", "flag"):
        coding = CategoryCoding.of(key, column)
        return coding.codes(column) if coding else np.zeros(len(dataset), np.int64)
    values = values_of(column) if kind == "number" else distance_of(times_of(column), dataset.time)
    known = values[~np.isnan(values)]
    if not len(known):
        return np.zeros(len(values), np.int64)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _STEPS + 1)[1:-1]))
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
