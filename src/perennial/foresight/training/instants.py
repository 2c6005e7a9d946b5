"""The past moments as of which a prediction is asked: days at their beginning, the latest first.

The latest is the one whose horizon is over today, so that every outcome is known to its end. Between two lies a third
of the horizon: closer ones would tell the same of the same people again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from perennial.conditions.calendar import start_of_day
from perennial.foundation import clock
from perennial.objects.zones import firm_zone

MOST = 18
_LEAST_STEP = 7  # days


def today() -> date:
    return day_of(clock.now())


def day_of(instant: datetime) -> date:
    """By the firm's clocks."""
    return instant.astimezone(firm_zone()).date()


def instants(days: int, *, until: date | None = None, most: int = MOST) -> list[datetime]:
    """`until` is the day up to whose beginning outcomes are known; without it that is today."""
    latest, step = (until or today()) - timedelta(days=days), max(_LEAST_STEP, days // 3)
    return [start_of(latest - timedelta(days=step * back)) for back in range(most)]


def start_of(day: date) -> datetime:
    return start_of_day(day, firm_zone())
