"""Giving a person everything we know of them, and forgetting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, field_validator

from perennial.customers import events, identities
from perennial.customers.log_erasure import erase_changes, erase_events, scrub_free_text, winning_profiles
from perennial.customers.objects import PERSON
from perennial.customers.own_data import is_person
from perennial.customers.personal_data import free_text, personal_data, subject_of
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Refused
from perennial.lake.erasure import request_erasure
from perennial.objects.actions import Result, Run, action
from perennial.objects.field_rights import hidden
from perennial.objects.fields import Flag
from perennial.objects.query import get
from perennial.objects.types import object_types
from perennial.timeline.record import Change, NewEvent, log_changes, record
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.customer")


class EraseInput(BaseModel):
    """There is no way back, so it has to be said."""

    model_config = ConfigDict(extra="forbid", validate_default=True)
    confirm: Annotated[bool, Flag("confirm", _("Erase for good. Nothing can bring it back."))] = False

    @field_validator("confirm")
    @classmethod
    def is_said(cls, value: bool) -> bool:
        if not value:
            raise ValueError(_("Say that this person shall be erased for good."))
        return value


@action(
    "customers.erase_person",
    on=ON,
    verb="delete",
    permission="customers.erase",
    label=_("Erase this person"),
    icon="eraser",
    input=EraseInput,
    sentence=_("Erased the person everywhere"),
    is_quiet=True,
    can_undo=False,
)
def erase_person(ids: Sequence[int], data: EraseInput, *, by: Actor, run: Run) -> list[Result]:
    """Every room forgets them, then the logs do. What they bought stays as numbers that name nobody."""
    return [_erase(id, by=by, run=run) for id in ids]


@action(
    "customers.export_person",
    on=ON,
    verb="export",
    label=_("Give out personal data"),
    icon="file-export",
    sentence=_("Collected the personal data"),
    is_quiet=True,
    can_undo=False,
)
def give_out_person(ids: Sequence[int], data: BaseModel, *, by: Actor, run: Run) -> list[Result]:
    return [Result(id, data={"export": export_person(id, by=by)}) if is_person(id) else _company(id) for id in ids]


def export_person(customer_id: int, *, by: Actor) -> dict[str, Any]:
    """Everything that any room knows of this person, as JSON by `PersonalData.key`; for a file or the API."""
    get(PERSON, customer_id, by=by, columns=(), verb="export")
    if any(hidden(kind, by) for kind in object_types.values()):
        raise Forbidden(
            _("All that is known is given out, and your role does not see all of it. Ask somebody who does.")
        )
    subject = subject_of(customer_id)
    exported = {key: declared.export(subject) for key, declared in personal_data.items()}
    return {"exported_at": clock.now().isoformat(), "customer": customer_id, **exported}


def _erase(customer_id: int, *, by: Actor, run: Run) -> Result:
    if not is_person(customer_id):
        return _company(customer_id)
    subject = subject_of(customer_id)
    held: dict[str, set[int]] = {}
    for declared in personal_data.values():
        for key, ids in declared.erase(subject, by).items():
            held.setdefault(key, set()).update(ids)
    erase_events(subject)
    erase_changes({key: sorted(ids) for key, ids in held.items()})
    mentioned = scrub_free_text(free_text.values(), subject)
    records = {key: [*held.get(key, ()), *mentioned.get(key, ())] for key in {*held, *mentioned}}
    request_erasure(profile_ids=[*subject.profile_ids, *winning_profiles(subject)], records=records)
    log_changes(
        [Change(key, id, "erase", {}) for key, ids in held.items() for id in sorted(ids)],
        actor=by.log_name, action="customers.erase_person", cause=run.cause, run_id=run.id,
    )  # fmt: skip
    profile_id = identities.record_profiles([customer_id])[customer_id]
    record([NewEvent(events.ERASED.key, profile_id, actor=by.log_name, cause=run.cause)])
    return Result(customer_id, data={"records": {key: len(ids) for key, ids in held.items()}})


def _company(customer_id: int) -> Result:
    refusal = Refused(_("Only a person can be erased. Delete the company instead."), code="not_a_person")
    return Result(customer_id, refusal.code, str(refusal.sentence))
