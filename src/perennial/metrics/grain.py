"""Periods of time in the firm's zone: days, weeks from Monday, months, quarters, years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, Text

MOST_PERIODS = 1_000
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


GRAIN_LABELS: dict[Grain, Text] = {
    Grain.DAY: _("Day"), Grain.WEEK: _("Week"), Grain.MONTH: _("Month"), Grain.QUARTER: _("Quarter"),
    Grain.YEAR: _("Year"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Periods:
    """Whole periods from the one that holds `first` to the one that holds `last`, by their first days."""

    grain: Grain
    first: date
    last: date
    zone: tzinfo

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise Invalid({"from": _("The first day must not come after the last.")})
        for name, day in (("from", self.first), ("to", self.last)):
            if not _EARLIEST <= day <= _LATEST:
                raise Invalid({name: _("Give a day between 1900 and 2200.")})
        if len(self.days) > MOST_PERIODS:
            sentence = _("That would be more than %(most)d periods: ask for longer ones, or for less time.")
            raise Invalid({"grain": sentence % {"most": MOST_PERIODS}})

    @property
    def days(self) -> list[date]:
        return list(self._walk())

    @property
    def start(self) -> datetime:
        return midnight(beginning(self.first, self.grain), self.zone)

    @property
    def end(self) -> datetime:
        """The instant at which the last period is over."""
        return midnight(following(beginning(self.last, self.grain), self.grain), self.zone)

    def _walk(self) -> Iterator[date]:
        day, last = beginning(self.first, self.grain), beginning(self.last, self.grain)
        for _number in range(MOST_PERIODS + 1):
            yield day
            if day >= last:
                return
            day = following(day, self.grain)


def beginning(day: date, grain: Grain) -> date:
    """The first day of the period that the day lies in."""
    match grain:
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)
    return day


def following(day: date, grain: Grain) -> date:
    """The first day of the next period, of the first day of one."""
    match grain:
        case Grain.DAY:
            return day + timedelta(days=1)
        case Grain.WEEK:
            return day + timedelta(days=7)
    return beginning(day + timedelta(days={Grain.MONTH: 31, Grain.QUARTER: 92, Grain.YEAR: 366}[grain]), grain)


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
