"""The axis of months or years below a line of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from perennial.web.kit.labels import text_width

CLOSEST = 62.0
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_MONTH_SECONDS = 30.44 * 86400


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    text: str
    is_year: bool


def lay_ticks(first: datetime, last: datetime, *, width: float, locale: str) -> list[Tick]:
    """A tick at each month (or every second, third …) with room for its name; a year's first tick says the year."""
    span = (last - first).total_seconds()
    months = span / _MONTH_SECONDS
    step = next((step for step in MONTH_STEPS if width * step / months >= CLOSEST), MONTH_STEPS[-1])
    ticks: list[Tick] = []
    shown_year = 0
    for month in _months(first, last, step=step):
        x = width * (month - first).total_seconds() / span
        says_year = month.year != shown_year and (step >= 12 or month.month == 1 or not ticks)
        text = str(format_date(month, "y" if step >= 12 else "LLL y" if says_year else "LLL", locale=locale))
        if x + text_width(text) > width or (ticks and x < ticks[-1].x + text_width(ticks[-1].text) + 6):
            continue
        shown_year = month.year if says_year else shown_year
        ticks.append(Tick(x, text, says_year))
    return ticks


def _months(first: datetime, last: datetime, *, step: int) -> Iterator[datetime]:
    """The beginnings of months after `first`, every `step` months counted from January."""
    index = first.year * 12 + first.month  # the month after the first one
    if first.day == 1:
        index -= 1
    index += -index % step
    while True:
        month = first.replace(year=index // 12, month=index % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
        if month > last:
            return
        if month >= first:
            yield month
        index += step
