"""90 % intervals: the rows are drawn anew with repetition, and the figure is taken each time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

DRAWS = 200
_ENDS = (5.0, 95.0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the interval in which nine of ten such figures would lie."""

    value: float
    low: float
    high: float

    @property
    def is_known(self) -> bool:
        return math.isfinite(self.value)

    def to_json(self) -> dict[str, Any] | None:
        return {"value": self.value, "low": self.low, "high": self.high} if self.is_known else None


def estimates(count: int, figures: Callable[[Floats | None], Sequence[float]], *, seed: int,
              draws: int = DRAWS) -> list[Estimate]:  # fmt: skip
    """Several figures at once, from the same draws. `figures` takes weights of the rows."""
    values = figures(None)
    random = np.random.default_rng(seed)
    drawn = np.array(
        [figures(random.multinomial(count, np.full(count, 1 / count)).astype(float)) for _ in range(draws)]
    )
    found = []
    for place, value in enumerate(values):
        known = drawn[:, place][np.isfinite(drawn[:, place])]
        low, high = np.percentile(known, _ENDS) if len(known) else (math.nan, math.nan)
        found.append(Estimate(float(value), float(low), float(high)))
    return found
