"""Numbers: cut at the ends, on a logarithm where they are skewed, bent at the quartiles, and blanks apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow", "pyarrow.compute")

_FEW_VALUES = 12  # a number with so few is also looked at as a choice
_SKEWED = 2.0
_CUT = 0.005
_BLANKS = 0.005
_ROWS_OF_A_STEP = 20


@dataclass(frozen=True, slots=True)
class NumberCoding:
    key: str
    low: float
    high: float
    is_logarithm: bool
    mean: float
    deviation: float
    knots: tuple[float, ...]
    steps: tuple[float, ...]
    has_blanks: bool
    usual: float  # the median, as people know the number

    @classmethod
    def of(cls, key: str, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None = None) -> NumberCoding | None:
        return of_values(key, values_of(column))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> NumberCoding:
        return cls(**{**data, "knots": tuple(data["knots"]), "steps": tuple(data["steps"])})

    @property
    def widths(self) -> tuple[int, int]:
        return 1 + len(self.knots) + len(self.steps) + self.has_blanks, 1

    @property
    def choices(self) -> tuple[int, ...]:
        return ()

    def linear(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        return self.bent(values_of(column))

    def plain(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        return values_of(column)[:, None]

    def bent(self, values: Floats) -> Floats:
        is_blank = np.isnan(values)
        cut = np.clip(values, self.low, self.high)
        scaled = ((np.log1p(cut) if self.is_logarithm else cut) - self.mean) / self.deviation
        scaled = np.where(is_blank, 0.0, scaled)
        columns = [scaled, *(np.maximum(scaled - knot, 0.0) for knot in self.knots)]
        columns += [(values == step).astype(float) for step in self.steps]
        return np.column_stack([*columns, is_blank.astype(float)] if self.has_blanks else columns)


def values_of(column: pa.ChunkedArray) -> Floats:
    """NaN where nothing is known."""
    values = pa.compute.cast(column, pa.float64()).to_numpy()
    return np.where(np.isfinite(values), values, np.nan)


def of_values(key: str, values: Floats) -> NumberCoding | None:
    known = values[~np.isnan(values)]
    distinct, counts = np.unique(known, return_counts=True)
    has_blanks = bool(len(known) < len(values) * (1 - _BLANKS))
    if len(distinct) < 1 or (len(distinct) < 2 and not has_blanks):
        return None
    low, high = (float(np.quantile(known, share)) for share in (_CUT, 1 - _CUT))
    if low == high:  # nearly always the same number; what differs is worth seeing
        low, high = float(distinct[0]), float(distinct[-1])
    cut = np.clip(known, low, high)
    is_logarithm = low >= 0 and _skew(cut) > _SKEWED
    bent = np.log1p(cut) if is_logarithm else cut
    mean, deviation = float(bent.mean()), float(bent.std()) or 1.0
    is_few = len(distinct) <= _FEW_VALUES
    quartiles = np.unique(np.quantile((bent - mean) / deviation, (0.25, 0.5, 0.75)))
    knots = () if is_few else tuple(float(each) for each in quartiles if each > (bent.min() - mean) / deviation)
    steps = tuple(float(each) for each in distinct[counts >= _ROWS_OF_A_STEP]) if len(distinct) > 2 and is_few else ()
    return NumberCoding(
        key, low, high, is_logarithm, mean, deviation, knots, steps, has_blanks, float(np.median(known))
    )


def _skew(values: Floats) -> float:
    deviation = values.std()
    return float((((values - values.mean()) / deviation) ** 3).mean()) if deviation else 0.0
