"""Automations for the tests of this room: built, published, and run until nobody is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perennial.automation.defining import make, publish
from perennial.automation.models import Automation, Run, StepLog
from perennial.automation.running.advancing import settle
from perennial.automation.running.following import catch_up
from perennial.automation.running.timers import keep_time
from perennial.customers.objects import PERSON
from perennial.foundation.sql import execute
from perennial.objects.writing import create_record
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import Actor

PEOPLE = "customers.person"
BOUGHT = {"kind": "event", "event": "commerce.order_placed"}
HAND = {"kind": "hand"}


def change(key: str = "qualify", **fields: Any) -> dict[str, Any]:
    return {"kind": "change", "key": key, "fields": fields or {"qualification": "qualified"}}


def task(key: str = "task", title: str = "Call {{ name }}", **fields: Any) -> dict[str, Any]:
    return {"kind": "create", "key": key, "object": "customers.task",
            "fields": {"title": title, "customer": "{{ id }}", **fields}}  # fmt: skip


def wait(key: str = "wait", **parts: Any) -> dict[str, Any]:
    return {"kind": "wait", "key": key, **parts}


def build(steps: Sequence[dict[str, Any]], *, by: Actor, trigger: dict[str, Any] | None = None,
          object: str = PEOPLE, name: str = "Win back", **parts: Any) -> Automation:  # fmt: skip
    """A published automation."""
    draft = {"trigger": trigger or BOUGHT, "steps": list(steps), **parts}
    made = make(name=name, object_key=object, draft=draft, by=by)
    publish(made, by=by)
    made.refresh_from_db()
    return made


def person(name: str = "Cleo", *, by: Actor, **values: Any) -> int:
    return create_record(PERSON, {"name": name, **values}, by=by)


def bought(person_id: int, number: str = "1", **properties: Any) -> None:
    """An order in the event log, as a shop would tell of it."""
    from perennial.customers.models import Profile

    profile = Profile.objects.get(made_for=person_id)
    record([NewEvent("commerce.order_placed", profile.pk, {"number": number, **properties})])


def happen() -> None:
    """What the worker's loops do, until there is nothing left to do."""
    for _turn in range(20):
        if not catch_up() + keep_time() + settle():
            return


def pass_time(**span: int) -> None:
    """Let time pass for everybody who waits."""
    from datetime import timedelta

    ago = timedelta(**span)
    execute(
        "UPDATE automation_run SET due_at = due_at - %s, until = until - %s, since = since - %s,"
        " entered_at = entered_at - %s",
        [ago] * 4,
    )
    execute("UPDATE automation_automation SET next_at = next_at - %s", [ago])


def run_of(record_id: int, automation: Automation | None = None) -> Run:
    found = Run.objects.filter(record_id=record_id)
    return (found if automation is None else found.filter(automation_id=automation.pk)).latest("id")


def logged(run: Run) -> list[tuple[str, str]]:
    return list(StepLog.objects.filter(run_id=run.pk).order_by("id").values_list("step", "code"))
