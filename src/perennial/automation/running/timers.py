"""Triggers of time: who enters now because it is nine o'clock, or because a date of theirs has come.

Each automation keeps the instant at which it is next due; letting in and setting the next instant are one transaction,
so that a kill neither skips a day nor repeats it. Days that passed while nothing ran are caught up, a week at most.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from django.db import transaction

from perennial.automation.definition.schedule import numbers
from perennial.automation.definition.tree import Definition
from perennial.automation.models import Automation
from perennial.automation.moments import instant, next_time, read_time
from perennial.automation.running.entering import enter_members
from perennial.automation.running.live import Live, live_automations
from perennial.automation.triggers.time import DateTrigger, ScheduleTrigger
from perennial.conditions import Any, ColumnType, Compare, Condition, Op
from perennial.conditions.tree import every
from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType
from perennial.objects.zones import firm_zone

CAUGHT_UP = timedelta(days=7)
_EVERY_DAY = frozenset(range(7))
_MIDNIGHT = read_time("00:00")


def next_due(definition: Definition, after: datetime, zone: tzinfo) -> datetime | None:
    """When a trigger of time is next due; None for all others."""
    trigger = definition.trigger
    if isinstance(trigger, ScheduleTrigger):
        return next_time(after, read_time(trigger.at), numbers(trigger.weekdays), zone)
    if isinstance(trigger, DateTrigger):
        return next_time(after, read_time(trigger.at), _EVERY_DAY, zone)
    return None


@loop("automation.timers", every=2.0)
def keep_time() -> int:
    """One turn: an occasion of each automation that is due; how many were."""
    due = list(
        Automation.objects.filter(next_at__lte=clock.now(), state=Automation.State.ON, retired_at=None).values_list(
            "pk", flat=True
        )
    )
    return sum(_take(live) for live in live_automations(due)) if due else 0


def _take(live: Live) -> int:
    now, zone = clock.now(), firm_zone()
    with transaction.atomic():
        row = Automation.objects.select_for_update(skip_locked=True).filter(pk=live.id, next_at__lte=now).first()
        if row is None or row.next_at is None:
            return 0
        due = max(row.next_at, now - CAUGHT_UP)
        _let_in(live, due, zone, now)
        row.last_at, row.next_at = due, next_due(live.program.definition, due, zone)
        row.save(update_fields=["last_at", "next_at"])
    return 1


def _let_in(live: Live, due: datetime, zone: tzinfo, now: datetime) -> None:
    trigger, kind = live.program.definition.trigger, live.kind
    day = due.astimezone(zone).date()
    if isinstance(trigger, ScheduleTrigger):
        enter_members(live, trigger.who, now=now, key=day.isoformat())
    elif isinstance(trigger, DateTrigger) and kind is not None:
        wanted = day - timedelta(days=trigger.days)
        days = tuple(_on_day(kind, trigger.field, each, zone) for each in _days(wanted, is_yearly=trigger.yearly))
        enter_members(live, Any(days), now=now, key=wanted.isoformat())


def _days(wanted: date, *, is_yearly: bool) -> list[date]:
    """The same day of this year and of those before; who was born on a leap day is not forgotten in other years."""
    if not is_yearly:
        return [wanted]
    found = []
    for year in range(wanted.year - 120, wanted.year + 1):
        if not (wanted.month == 2 and wanted.day == 29 and not _is_leap(year)):
            found.append(wanted.replace(year=year))
        if wanted.month == 2 and wanted.day == 28 and not _is_leap(wanted.year) and _is_leap(year):
            found.append(date(year, 2, 29))
    return found


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _on_day(kind: ObjectType, field: str, day: date, zone: tzinfo) -> Condition:
    info = schema_of(kind).field(field)
    if info is not None and info.type is ColumnType.MOMENT:
        start, end = instant(day, _MIDNIGHT, zone), instant(day + timedelta(days=1), _MIDNIGHT, zone)
        return every(Compare(field, Op.GE, start), Compare(field, Op.LT, end))
    return Compare(field, Op.EQ, day)
