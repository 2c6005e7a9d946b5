"""Doing, reopening and putting off tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict

from perennial.customers import events
from perennial.customers.objects import TASK
from perennial.customers.slots import tell
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Moment
from perennial.objects.types import Written
from perennial.timeline.record import Change, log_changes
from perennial.timeline.types import EventType
from perennial.workspace.actor import Actor

ON = (TASK.key,)


class PostponeInput(BaseModel):
    """Until when."""

    model_config = ConfigDict(extra="forbid")
    until: Annotated[AwareDatetime, Moment("until", _("Until"))]


@action(
    "customers.complete_task",
    on=ON,
    verb="edit",
    label=_("Done"),
    icon="check",
    sentence=_("Did {count} tasks"),
    is_bulk=True,
)
def complete_task(ids: Sequence[int], data: BaseModel, *, by: Actor, run: Run) -> list[Result]:
    """A task that is done already keeps who did it, and when."""
    rows = _set(
        ids,
        "done_at = %(now)s, done_by_id = %(user)s",
        "done_at IS NULL",
        by=by,
        run=run,
        action="customers.complete_task",
        type=events.TASK_DONE,
    )
    return _results(ids, rows, code="done_already", sentence=str(_("This is done already.")))


@action(
    "customers.reopen_task", on=ON, verb="edit", label=_("Reopen"), icon="rotate", sentence=_("Reopened {count} tasks")
)
def reopen_task(ids: Sequence[int], data: BaseModel, *, by: Actor, run: Run) -> list[Result]:
    rows = _set(
        ids,
        "done_at = NULL, done_by_id = NULL",
        "done_at IS NOT NULL",
        by=by,
        run=run,
        action="customers.reopen_task",
        type=events.TASK_REOPENED,
    )
    return _results(ids, rows, code="still_open", sentence=str(_("This is open still.")))


@action(
    "customers.postpone_task",
    on=ON,
    verb="edit",
    label=_("Put off"),
    icon="clock-pause",
    input=PostponeInput,
    sentence=_("Put off {count} tasks"),
    writes=("due_at",),
    is_bulk=True,
)
def postpone_task(ids: Sequence[int], data: PostponeInput, *, by: Actor, run: Run) -> list[Result]:
    rows = _set(
        ids,
        "due_at = %(until)s",
        "done_at IS NULL",
        by=by,
        run=run,
        action="customers.postpone_task",
        type=events.TASK_POSTPONED,
        until=data.until,
    )
    return _results(ids, rows, code="done_already", sentence=str(_("This is done already.")))


def _set(
    ids: Sequence[int],
    sets: str,
    where: str,
    *,
    by: Actor,
    run: Run,
    action: str,
    type: EventType,
    until: datetime | None = None,
) -> set[int]:
    """One conditional update, its changes and its events; the ids of those that were changed."""
    rows = fetch(
        "WITH old AS (SELECT id, done_at, done_by_id, due_at FROM customers_task WHERE id = ANY(%(ids)s)"
        f" AND deleted_at IS NULL AND {where} ORDER BY id FOR UPDATE)"
        f" UPDATE customers_task t SET {sets}, version = version + 1, updated_at = %(now)s FROM old WHERE t.id = old.id"
        " RETURNING t.id, t.title, t.customer_id, old.done_at, t.done_at, old.done_by_id, t.done_by_id, old.due_at,"
        " t.due_at",
        {"ids": list(ids), "now": clock.now(), "user": by.user_id, "until": until},
    )
    log_changes(
        [Change(TASK.key, row[0], "update", _changed(row[3:])) for row in rows],
        actor=by.log_name,
        action=action,
        cause=run.cause,
        run_id=run.id,
    )
    told = [
        (
            Written(id, {"customer": customer_id}),
            {"title": title} | ({"due_at": until.isoformat()} if until else {}),
            None,
        )
        for id, title, customer_id, *_rest in rows
    ]
    tell(type, told, by=by, cause=run.cause)
    return {row[0] for row in rows}


def _changed(values: Sequence[Any]) -> dict[str, list[Any]]:
    pairs = zip(("done_at", "done_by", "due_at"), values[::2], values[1::2], strict=True)
    return {key: [_json(key, old), _json(key, new)] for key, old, new in pairs if old != new}


def _json(key: str, value: Any) -> Any:
    field = TASK.field(key)
    assert field is not None
    return field.type.json(value)


def _results(ids: Sequence[int], done: set[int], *, code: str, sentence: str) -> list[Result]:
    return [Result(id) if id in done else Result(id, code, sentence) for id in ids]
