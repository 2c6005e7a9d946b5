"""A task about each of some customers, for whoever owns them: what a play, or a person at a list, asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.customers.models import Task
from perennial.customers.objects import TASK
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Choice, LongText, Text, Whole
from perennial.objects.writing import create_records
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.company", "customers.customer")
_OWNERS = """
SELECT c.id, c.owner_id FROM customers_customer c JOIN workspace_user u ON u.id = c.owner_id AND u.is_active
WHERE c.id = ANY(%s::bigint[])
"""


class OpenTaskInput(BaseModel):
    """What to do, and within how many days."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Text("title", _("What to do"), longest=300), Field(min_length=1, max_length=300)]
    days: Annotated[int, Whole("days", _("Within how many days?")), Field(ge=0, le=365)] = 7
    priority: Annotated[Literal["low", "normal", "high"], Choice("priority", _("Priority"), Task.Priority)] = "normal"
    note: Annotated[str, LongText("note", _("Note")), Field(max_length=20_000)] = ""


@action(
    "customers.open_task",
    on=ON,
    verb="create",
    label=_("Open a task"),
    icon="checkbox",
    input=OpenTaskInput,
    sentence=_("Opened {count} tasks"),
    is_bulk=True,
)
def open_task(ids: Sequence[int], data: OpenTaskInput, *, by: Actor, run: Run) -> list[Result]:
    """For the owner of each customer; where there is none, for whoever opens it."""
    owners = dict(fetch(_OWNERS, [list(ids)]))
    due_at = clock.now() + timedelta(days=data.days)
    rows = [
        {"customer": id, "title": data.title, "due_at": due_at, "priority": data.priority, "note": data.note,
         "owner": owners.get(id) or by.user_id}
        for id in ids
    ]  # fmt: skip
    made = create_records(TASK, rows, by=by, within=run)
    return [
        Result(id, each.code, each.sentence, {"task": each.id, **each.data})
        for id, each in zip(ids, made.results, strict=True)
    ]
