"""The same figures by month and by group: whether what holds for all holds for each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.measuring.curves import wilson
from perennial.foresight.learning.measuring.marks import area
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

LEAST_ROWS = 50
_MOST_PARTS = 24
_LEAST_OF_EACH = 5  # outcomes and others, before an order can be judged


@dataclass(frozen=True, slots=True)
class Part:
    """`is_off` says that what came lies outside what chance allows around what was said."""

    name: str
    rows: int
    said: float
    happened: float
    low: float
    high: float
    roc_auc: float | None
    is_off: bool


def by_month(time: NDArray[np.datetime64], outcome: NDArray[Any], chances: Floats) -> list[Part]:
    return by_group(np.array([str(each) for each in time.astype("datetime64[M]")]), outcome, chances, is_ordered=True)


def by_group(groups: NDArray[Any], outcome: NDArray[Any], chances: Floats, *, is_ordered: bool = False) -> list[Part]:
    names, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
    order = range(len(names)) if is_ordered else np.argsort(-counts, kind="stable")
    shown = [place for place in order if counts[place] >= LEAST_ROWS]
    return [_part(str(names[place]), outcome[places == place], chances[places == place]) for place in
            (shown[-_MOST_PARTS:] if is_ordered else shown[:_MOST_PARTS])]  # fmt: skip


def _part(name: str, outcome: NDArray[Any], chances: Floats) -> Part:
    said, happened, rows = float(chances.mean()), float(outcome.mean()), len(outcome)
    low, high = wilson(happened, rows)
    yes = int(outcome.sum())
    order = area(outcome, chances) if min(yes, rows - yes) >= _LEAST_OF_EACH else math.nan
    return Part(name, rows, said, happened, low, high, None if math.isnan(order) else order, not low <= said <= high)
