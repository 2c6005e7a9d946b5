"""Calls with customers, and what is to be done after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from perennial.customers.models import Call
from perennial.customers.objects import CALL, TASK
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Choice, LongText, Moment, Text, Whole
from perennial.objects.writing import create_records, refusal
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.company", "customers.customer")


class CallInput(BaseModel):
    """`follow_up` is the title of a task to do next, due at `follow_up_at`."""

    model_config = ConfigDict(extra="forbid")
    outcome: Annotated[
        Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"],
        Choice("outcome", _("How did it end?"), Call.Outcome),
    ] = "reached"
    direction: Annotated[Literal["out", "in"], Choice("direction", _("Direction"), Call.Direction)] = "out"
    summary: Annotated[str, LongText("summary", _("What was said?")), Field(max_length=20_000)] = ""
    at: Annotated[AwareDatetime | None, Moment("at", _("When"))] = None
    seconds: Annotated[int | None, Whole("seconds", _("Seconds")), Field(ge=0, le=86_400)] = None
    follow_up: Annotated[str, Text("follow_up", _("What is to be done next?")), Field(max_length=300)] = ""
    follow_up_at: Annotated[AwareDatetime | None, Moment("follow_up_at", _("By when?"))] = None


@action(
    "customers.log_call",
    on=ON,
    verb="create",
    label=_("Log a call"),
    icon="phone",
    input=CallInput,
    sentence=_("Logged the call"),
)
def log_call(ids: Sequence[int], data: CallInput, *, by: Actor, run: Run) -> list[Result]:
    """One call a customer; with a follow-up also a task for whoever called. Both or neither."""
    said = data.model_dump(include={"outcome", "direction", "summary", "at", "seconds"}, exclude_none=True)
    calls = create_records(CALL, [{"customer": id, **said} for id in ids], by=by, within=run)
    results = [
        Result(id, each.code, each.sentence, {"call": each.id, **each.data})
        for id, each in zip(ids, calls.results, strict=True)
    ]
    if not data.follow_up.strip():
        return results
    called = [result.id for result in results if result.is_done]
    rows = [
        {"customer": id, "title": data.follow_up, "due_at": data.follow_up_at, "owner": by.user_id} for id in called
    ]
    for task in create_records(TASK, rows, by=by, within=run).results:
        if not task.is_done:
            raise refusal(task)
    return results
