"""Time: every day or week at an hour, for all whom a rule finds; or some days before or after a date of the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field

from perennial.automation.definition.asked import Asked, fault_of
from perennial.automation.definition.schedule import EVERY_DAY, Time, Weekdays
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.triggers import TriggerKind, TriggerNode, register_trigger
from perennial.conditions import TRUE, ColumnType

WEEKDAY_NAMES = {
    "mon": gettext_lazy("Monday"), "tue": gettext_lazy("Tuesday"), "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"), "fri": gettext_lazy("Friday"), "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}  # fmt: skip


class ScheduleTrigger(TriggerNode):
    """At `at` in the firm's zone on `weekdays`, all who match `who` enter."""

    kind: Literal["schedule"] = "schedule"
    at: Time
    weekdays: Weekdays = EVERY_DAY
    who: Asked = TRUE


class DateTrigger(TriggerNode):
    """At `at`, `days` after the day or moment in `field` (before it, when they are negative). `yearly` comes again
    every year on that day, for birthdays."""

    kind: Literal["date"] = "date"
    field: Annotated[str, Field(max_length=120)]
    days: Annotated[int, Field(ge=-3650, le=3650)] = 0
    at: Time = "09:00"
    yearly: bool = False


def _check_schedule(trigger: ScheduleTrigger, scope: Scope) -> Iterator[str]:
    if fault := fault_of(trigger.who, scope.schema):
        yield fault


def _check_date(trigger: DateTrigger, scope: Scope) -> Iterator[str]:
    info = scope.schema.field(trigger.field)
    if info is None or info.type not in (ColumnType.DAY, ColumnType.MOMENT):
        yield _("Choose a date of the record.")


def _say_schedule(trigger: ScheduleTrigger, scope: Scope) -> str:
    if len(trigger.weekdays) == len(EVERY_DAY):
        return _("Every day at %(time)s") % {"time": trigger.at}
    days = ", ".join(str(WEEKDAY_NAMES[each]) for each in trigger.weekdays)
    return _("Every %(days)s at %(time)s") % {"days": days, "time": trigger.at}


def _say_date(trigger: DateTrigger, scope: Scope) -> str:
    info = scope.schema.field(trigger.field)
    count = abs(trigger.days)
    named = {"n": count, "field": str(info.label) if info else trigger.field, "time": trigger.at}
    if trigger.days == 0:
        return _("On “%(field)s” at %(time)s") % named
    if trigger.days < 0:
        return ngettext("%(n)d day before “%(field)s” at %(time)s", "%(n)d days before “%(field)s” at %(time)s",
                        count) % named  # fmt: skip
    return ngettext("%(n)d day after “%(field)s” at %(time)s", "%(n)d days after “%(field)s” at %(time)s",
                    count) % named  # fmt: skip


register_trigger(
    TriggerKind("schedule", ScheduleTrigger, gettext_lazy("A time of the day or week"), "calendar-repeat",
                _say_schedule, _check_schedule)
)  # fmt: skip
register_trigger(
    TriggerKind("date", DateTrigger, gettext_lazy("A date of the record"), "calendar-event", _say_date, _check_date)
)
