"""Waiting for a time: so long, until an hour of the day, until a date of the record, or until working hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import BaseModel, ConfigDict, Field

from perennial.automation.definition.limits import MOST_DAYS
from perennial.automation.definition.schedule import WORKING_DAYS, Time, Weekdays, numbers
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, register_step
from perennial.automation.moments import at_time, instant, read_time, within
from perennial.automation.running.filling import read_records
from perennial.automation.running.going import Going, Move, Traveller, all_go
from perennial.conditions import ColumnType

_MIDNIGHT = time()


class Hours(BaseModel):
    """Working hours in the firm's zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Time = "09:00"
    end: Time = "17:00"
    weekdays: Weekdays = WORKING_DAYS


class WaitStep(Step):
    """So many days, hours and minutes; then, where they are named, until the clocks show `at`, and until `hours`. With
    `field` the waiting is counted from that day or moment of the record, and may be before it."""

    kind: Literal["wait"] = "wait"
    days: Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS)] = 0
    hours: Annotated[int, Field(ge=-8760, le=8760)] = 0
    minutes: Annotated[int, Field(ge=-1440, le=1440)] = 0
    at: Time | None = None
    field: Annotated[str, Field(max_length=120)] = ""
    within: Hours | None = None


def _check(step: WaitStep, scope: Scope) -> Iterator[str]:
    span = timedelta(days=step.days, hours=step.hours, minutes=step.minutes)
    if step.field:
        info = scope.schema.field(step.field)
        if info is None or info.type not in (ColumnType.DAY, ColumnType.MOMENT):
            yield _("Choose a date of the record to wait for.")
    elif span < timedelta():
        yield _("Only a date of the record can be waited for from before.")
    elif not span and step.at is None and step.within is None:
        yield _("Say how long to wait, or until when.")
    if step.within is not None and step.within.start >= step.within.end:
        yield _("Working hours end after they begin.")


def _sentence(step: WaitStep, scope: Scope) -> str:
    parts = [said for said in (
        ngettext("%(n)d day", "%(n)d days", abs(step.days)) % {"n": abs(step.days)} if step.days else "",
        ngettext("%(n)d hour", "%(n)d hours", abs(step.hours)) % {"n": abs(step.hours)} if step.hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", abs(step.minutes)) % {"n": abs(step.minutes)} if step.minutes else "",
    ) if said]  # fmt: skip
    span = " ".join(parts)
    info = scope.schema.field(step.field) if step.field else None
    is_before = step.days < 0 or step.hours < 0 or step.minutes < 0
    if step.field:
        named = {"span": span, "field": str(info.label) if info else step.field}
        if not span:
            text = _("Wait until “%(field)s”") % named
        else:
            text = (_("Wait until %(span)s before “%(field)s”") if is_before
                    else _("Wait until %(span)s after “%(field)s”")) % named  # fmt: skip
    else:
        text = _("Wait %(span)s") % {"span": span} if span else _("Wait")
    if step.at:
        text = _("%(wait)s, until %(time)s") % {"wait": text, "time": step.at}
    return _("%(wait)s, in working hours") % {"wait": text} if step.within else text


def _execute(step: WaitStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    waited = [each for each in travellers if each.phase in ("waiting", "met")]
    moves = all_go(waited, Move(sentence=_("waited")))
    arrived = [each for each in travellers if each.phase not in ("waiting", "met")]
    if not step.field:
        return moves | all_go(arrived, _until(step, going.now, going))
    values = read_records(going.kind, {each.record_id for each in arrived}, [step.field], by=going.by)
    for each in arrived:
        start = _start(values.get(each.record_id, {}).get(step.field), going)
        moves[each.run_id] = (
            Move(sentence=_("there is no date to wait for")) if start is None else _until(step, start, going)
        )
    return moves


def _until(step: WaitStep, start: datetime, going: Going) -> Move:
    due = start.astimezone(going.zone)
    # Days are days of the calendar: "in two days" is at the same hour, also when the clocks are moved meanwhile.
    if step.days:
        due = due.replace(tzinfo=None, fold=0) + timedelta(days=step.days)
        due = instant(due.date(), due.time(), going.zone).astimezone(going.zone)
    due = due.astimezone(UTC) + timedelta(hours=step.hours, minutes=step.minutes)
    if step.at:
        due = at_time(due, read_time(step.at), going.zone)
    if step.within is not None:
        hours = step.within
        due = within(
            max(due, going.now), read_time(hours.start), read_time(hours.end), numbers(hours.weekdays), going.zone
        )
    if due <= going.now:
        return Move(sentence=_("there was nothing to wait for"))
    return Move(stays=True, phase="waiting", due_at=due, code="waits")


def _start(value: Any, going: Going) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return instant(value, _MIDNIGHT, going.zone) if isinstance(value, date) else None


register_step(StepKind("wait", WaitStep, gettext_lazy("Wait"), "clock", _execute, _sentence, _check))
