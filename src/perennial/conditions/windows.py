"""Windows: the stretch of time in which something is looked for. Each says itself in every form, and to both engines.

A window ends at the instant the condition is asked for, `as_of`, or earlier. Hours, days and weeks are so many hours;
months go by the calendar of the firm's zone: a month before 31 March is 28 February, at the same time of day. Where
clocks change, a time that comes twice means the later one, and one that never comes is moved forward.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from perennial.conditions.calendar import shown_day
from perennial.foundation.errors import Text

MAX_DAYS = 36_500
YEARS = range(1000, 3001)


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_WORDS = frozenset(unit.value for unit in Unit)
HOURS = {Unit.HOUR: 1, Unit.DAY: 24, Unit.WEEK: 24 * 7}
MOST = {Unit.HOUR: 24 * MAX_DAYS, Unit.DAY: MAX_DAYS, Unit.WEEK: 5_200, Unit.MONTH: 1_200}


@dataclass(frozen=True, slots=True)
class Window:
    """The last so many hours, days, weeks or months; its beginning does not belong to it, its end does."""

    count: int
    unit: Unit = Unit.DAY


@dataclass(frozen=True, slots=True)
class Earlier:
    """So long ago or longer: all that was before the window of the same length."""

    count: int
    unit: Unit = Unit.DAY


@dataclass(frozen=True, slots=True)
class Dates:
    """From the beginning of a day to the end of another, in the firm's zone; one of the two may be open."""

    first: date | None = None
    last: date | None = None


Span = Window | Earlier | Dates


def months_before(at: datetime, months: int, zone: tzinfo) -> datetime:
    """The instant so many calendar months earlier."""
    local = at.astimezone(zone).replace(tzinfo=None)
    number = local.year * 12 + local.month - 1 - months
    year, month = divmod(number, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return instant(local.replace(year=year, month=month + 1, day=day), zone)


def instant(local: datetime, zone: tzinfo) -> datetime:
    """The instant that a wall clock means."""
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    comes_twice = (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())
    return (second if comes_twice else first).astimezone(UTC)


def wrong_span(span: Span | None) -> Text | None:
    """What is wrong with a window, or None."""
    match span:
        case None:
            return None
        case Window(count, unit) | Earlier(count, unit):
            return wrong_length(count, unit)
        case Dates(None, None):
            return _("A window of dates has a first day, a last day, or both.")
        case Dates(first, last):
            if any(not is_day(day) for day in (first, last) if day is not None):
                return _("A window of dates has days, such as 2026-05-31.")
            if first and last and first > last:
                return _("The first day of a window must not be after the last.")
            return None
    return _("This is no window of time.")


def wrong_length(count: object, unit: Unit) -> Text | None:
    if unit not in MOST:
        return _("A window counts hours, days, weeks or months.")
    if isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= MOST[unit]:
        return None
    named = {"unit": str(_UNITS[unit]), "most": MOST[unit]}
    return str(_("A number of %(unit)s is a whole number from 1 to %(most)d.")) % named


def is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and value.year in YEARS


_UNITS = {Unit.HOUR: _("hours"), Unit.DAY: _("days"), Unit.WEEK: _("weeks"), Unit.MONTH: _("months")}


def span_text(span: Span | None) -> str:
    """The text form, with a space before it; nothing for no window."""
    match span:
        case Window(count, unit):
            return f" within {counted(count, unit)}"
        case Earlier(count, unit):
            return f" before {counted(count, unit)} ago"
        case Dates(date() as first, date() as last):
            return f" between {first.isoformat()} and {last.isoformat()}"
        case Dates(date() as first, None):
            return f" since {first.isoformat()}"
        case Dates(None, date() as last):
            return f" until {last.isoformat()}"
    return ""


def counted(count: object, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def span_json(span: Span | None) -> dict[str, object]:
    """What stands under "within"."""
    match span:
        case Window(count, unit):
            return {"last": count, "unit": unit.value}
        case Earlier(count, unit):
            return {"before": count, "unit": unit.value}
        case Dates(first, last):
            ends = {"from": first, "to": last}
            return {key: day.isoformat() for key, day in ends.items() if day is not None}
    return {}


def read_span(data: object) -> Span | None:
    """The window that JSON says; None for what is none."""
    match data:
        case {"last": int() as count, "unit": str(unit), **rest} if not rest and unit in _WORDS:
            return Window(count, Unit(unit))
        case {"before": int() as count, "unit": str(unit), **rest} if not rest and unit in _WORDS:
            return Earlier(count, Unit(unit))
        case Mapping() if data and set(data) <= {"from", "to"}:
            try:
                ends = {key: date.fromisoformat(str(day)) for key, day in data.items()}
            except ValueError:
                return None
            return Dates(ends.get("from"), ends.get("to"))
    return None


_COUNT = {"type": "integer", "minimum": 1, "maximum": max(MOST.values())}
_UNIT = {"enum": [unit.value for unit in Unit]}
_DAY = {"type": "string", "format": "date"}
SPAN_SCHEMA: dict[str, object] = {
    "anyOf": [
        {"type": "object", "required": [word, "unit"], "additionalProperties": False,
         "properties": {word: _COUNT, "unit": _UNIT}}
        for word in ("last", "before")
    ] + [
        {"type": "object", "minProperties": 1, "additionalProperties": False,
         "properties": {"from": _DAY, "to": _DAY}}
    ]
}  # fmt: skip


def span_sentence(span: Span) -> str:
    match span:
        case Window(count, unit):
            return _last(count, unit) % {"days": count, "count": count}
        case Earlier(count, unit):
            return _ago(count, unit) % {"count": count}
        case Dates(date() as first, date() as last):
            return gettext("between %(first)s and %(last)s") % {"first": shown_day(first), "last": shown_day(last)}
        case Dates(date() as first, None):
            return gettext("since %(first)s") % {"first": shown_day(first)}
        case Dates(None, date() as last):
            return gettext("until %(last)s") % {"last": shown_day(last)}
    return ""


def _last(count: int, unit: Unit) -> str:
    match unit:
        case Unit.HOUR:
            return ngettext("in the last hour", "in the last %(count)d hours", count)
        case Unit.WEEK:
            return ngettext("in the last week", "in the last %(count)d weeks", count)
        case Unit.MONTH:
            return ngettext("in the last month", "in the last %(count)d months", count)
    return ngettext("in the last day", "in the last %(days)d days", count)


def _ago(count: int, unit: Unit) -> str:
    match unit:
        case Unit.HOUR:
            return ngettext("an hour ago or earlier", "%(count)d hours ago or earlier", count)
        case Unit.WEEK:
            return ngettext("a week ago or earlier", "%(count)d weeks ago or earlier", count)
        case Unit.MONTH:
            return ngettext("a month ago or earlier", "%(count)d months ago or earlier", count)
    return ngettext("a day ago or earlier", "%(count)d days ago or earlier", count)
