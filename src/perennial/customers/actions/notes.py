"""Writing something down about customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.customers.objects import NOTE
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import LongText
from perennial.objects.writing import create_records
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.company", "customers.customer")


class NoteInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, LongText("text", _("What is worth knowing?")), Field(min_length=1, max_length=20_000)]


@action("customers.add_note", on=ON, verb="create", label=_("Note"), icon="note", input=NoteInput, sentence=_("Noted"))
def add_note(ids: Sequence[int], data: NoteInput, *, by: Actor, run: Run) -> list[Result]:
    made = create_records(NOTE, [{"customer": id, "text": data.text} for id in ids], by=by, within=run)
    return [
        Result(id, each.code, each.sentence, {"note": each.id, **each.data})
        for id, each in zip(ids, made.results, strict=True)
    ]
