"""Times of the wall clock as instants: "at 9:00", "on Mondays", "in working hours", also when the clocks change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_time(text: str) -> time:
    """ "09:30", or a ValueError."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError(text)
    return time(int(text[:2]), int(text[3:]))


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """When the clocks on the wall show this time on this day. In a spring night a time that is skipped is as much later
    as the clock was moved; in an autumn night the first of two is meant."""
    return datetime.combine(day, at, zone).replace(fold=0).astimezone(UTC)


def at_time(moment: datetime, at: time, zone: tzinfo) -> datetime:
    """The first time that the clocks show `at`, not before the moment."""
    day = moment.astimezone(zone).date()
    found = instant(day, at, zone)
    return found if found >= moment else instant(day + timedelta(days=1), at, zone)


def next_time(after: datetime, at: time, weekdays: frozenset[int], zone: tzinfo) -> datetime:
    """The first time after the moment that the clocks show `at` on one of the weekdays (0 is Monday)."""
    day = after.astimezone(zone).date()
    for ahead in range(9):
        each = day + timedelta(days=ahead)
        found = instant(each, at, zone)
        if found > after and each.weekday() in weekdays:
            return found
    raise ValueError("There is no such day.")


def within(moment: datetime, start: time, end: time, weekdays: frozenset[int], zone: tzinfo) -> datetime:
    """The moment itself when it lies in these hours of these weekdays, else when they next begin."""
    day = moment.astimezone(zone).date()
    for ahead in range(9):
        each = day + timedelta(days=ahead)
        opens, closes = instant(each, start, zone), instant(each, end, zone)
        if each.weekday() in weekdays and moment < closes:
            return max(moment, opens)
    raise ValueError("There is no such day.")
