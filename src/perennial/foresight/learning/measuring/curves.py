"""What was said beside what came, by tenths of the rows from the highest score to the lowest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.measuring.marks import tenths
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

_NORMAL = 1.645  # of a 90 % interval


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the rows: mean chance said, share that happened with its interval (Wilson), how many times the usual
    share, and the share of all outcomes and of all money at stake that lies in it and those above."""

    rows: int
    said: float
    happened: float
    low: float
    high: float
    lift: float
    caught: float
    money_caught: float | None


def tenths_of(outcome: NDArray[Any], chances: Floats, value: Floats | None) -> list[Tenth]:
    place, rate = tenths(chances), float(outcome.mean())
    lost = None if value is None else np.where(outcome, np.nan_to_num(value), 0.0)
    found, caught, money = [], 0.0, 0.0
    for number in range(10):
        here = place == number
        rows = int(here.sum())
        if not rows:
            continue
        happened = float(outcome[here].mean())
        caught += float(outcome[here].sum()) / max(float(outcome.sum()), 1.0)
        if lost is not None and lost.sum():
            money += float(lost[here].sum() / lost.sum())
        low, high = wilson(happened, rows)
        found.append(Tenth(rows, float(chances[here].mean()), happened, low, high, happened / rate if rate else
        math.nan, caught, money if lost is not None and lost.sum() else None))  # fmt: skip
    return found


def wilson(share: float, rows: int) -> tuple[float, float]:
    """The interval of a share that was counted among so many."""
    square = _NORMAL**2
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    half = _NORMAL / (1 + square / rows) * math.sqrt(share * (1 - share) / rows + square / (4 * rows**2))
    return max(0.0, middle - half), min(1.0, middle + half)
