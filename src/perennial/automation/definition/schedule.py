"""Times of day and weekdays as parts of a definition."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from perennial.automation.moments import WEEKDAYS

Time = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _in_order(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    return tuple(sorted(set(days), key=WEEKDAYS.index))


Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7), AfterValidator(_in_order)]
EVERY_DAY: Weekdays = WEEKDAYS  # type: ignore[assignment]
WORKING_DAYS: Weekdays = WEEKDAYS[:5]  # type: ignore[assignment]


def numbers(days: tuple[Weekday, ...]) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(each) for each in days)
