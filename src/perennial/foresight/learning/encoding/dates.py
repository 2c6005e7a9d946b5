"""Dates: how long before the row's own time, and where in week, day and year.

Where a row has no time of its own a date counts by half-years: looked at more closely it would only be learnt by heart
what happened when, which tells nothing of what is to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.encoding.numbers import NumberCoding, of_values
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow")

_DAY = 86_400
_HALF_YEAR = 182.625
_YEARS = 730.0  # days that must have passed before a month can tell anything that is not the trend
_MONTH, _WEEKDAY, _HOUR = "month", "weekday", "hour"
_STEPS = {_MONTH: tuple(range(1, 13)), _WEEKDAY: tuple(range(7)), _HOUR: tuple(range(0, 24, 4))}


@dataclass(frozen=True, slots=True)
class DateCoding:
    """`days` is how the distance is coded, None where it is always the same: the column is the row's time itself."""

    key: str
    days: NumberCoding | None
    is_relative: bool
    calendar: tuple[str, ...]

    @classmethod
    def of(cls, key: str, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None = None) -> DateCoding | None:
        times = times_of(column)
        distance = distance_of(times, at)
        days = of_values(key, distance)
        absolute = days_of(times, None)
        if np.isnan(absolute).all():
            return None
        calendar: tuple[str, ...] = ()
        if at is None or days is None:
            span = float(np.nanmax(absolute) - np.nanmin(absolute))
            has_clock = bool(np.nanmax(np.abs(absolute - np.floor(absolute))) > 0)
            parts = ((_MONTH, span > _YEARS), (_WEEKDAY, True), (_HOUR, has_clock))
            calendar = tuple(name for name, is_there in parts if is_there)
        return cls(key, days, at is not None, calendar) if days or calendar else None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DateCoding:
        days = NumberCoding.from_json(data["days"]) if data["days"] else None
        return cls(data["key"], days, data["is_relative"], tuple(data["calendar"]))

    @property
    def widths(self) -> tuple[int, int]:
        linear = (self.days.widths[0] if self.days else 0) + sum(len(_STEPS[part]) for part in self.calendar)
        return linear, bool(self.days) + len(self.calendar)

    @property
    def choices(self) -> tuple[int, ...]:
        return ()

    def linear(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        times = times_of(column)
        blocks = [self.days.bent(self._distance(times, at))] if self.days else []
        for part in self.calendar:
            values = _part(times, part)
            values = np.floor(values / 4) * 4 if part == _HOUR else values
            blocks.append((values[:, None] == np.array(_STEPS[part])[None, :]).astype(float))
        return np.column_stack(blocks)

    def plain(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        times = times_of(column)
        columns = [self._distance(times, at)] if self.days else []
        return np.column_stack([*columns, *(_part(times, part) for part in self.calendar)])

    def _distance(self, times: NDArray[np.datetime64], at: NDArray[np.datetime64] | None) -> Floats:
        return distance_of(times, at if self.is_relative else None)


def distance_of(times: NDArray[np.datetime64], at: NDArray[np.datetime64] | None) -> Floats:
    days = days_of(times, at)
    return days if at is not None else np.floor(days / _HALF_YEAR) * _HALF_YEAR


def times_of(column: pa.ChunkedArray) -> NDArray[np.datetime64]:
    made: NDArray[np.datetime64] = column.cast(pa.timestamp("s")).to_numpy().astype("datetime64[s]")
    return made


def days_of(times: NDArray[np.datetime64], at: NDArray[np.datetime64] | None) -> Floats:
    """Days from the row's time, less than none when before it; without one, days of the calendar."""
    since = np.datetime64(0, "s") if at is None else at.astype("datetime64[s]")
    return np.where(np.isnat(times), np.nan, (times - since).astype(float) / _DAY)


def _part(times: NDArray[np.datetime64], part: str) -> Floats:
    is_blank = np.isnat(times)
    if part == _MONTH:
        values = times.astype("datetime64[M]").astype(np.int64) % 12 + 1
    elif part == _WEEKDAY:
        values = (times.astype("datetime64[D]").astype(np.int64) + 3) % 7
    else:
        values = times.astype(np.int64) // 3_600 % 24
    return np.where(is_blank, np.nan, values.astype(float))
