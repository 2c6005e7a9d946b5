"""What customers agreed to, with the proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, IPvAnyAddress

from perennial.customers import events, identities
from perennial.customers.models import Consent
from perennial.foundation import clock
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Choice, LongText, Moment, Text
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.company", "customers.customer")


class ConsentInput(BaseModel):
    """`source` says where they were asked, `text` in which words; `ip` where they answered from."""

    model_config = ConfigDict(extra="forbid")
    purpose: Annotated[
        Literal["marketing", "profiling", "analytics", "research"],
        Choice("purpose", _("What for?"), Consent.Purpose),
    ]
    channel: Annotated[
        Literal["any", "email", "sms", "phone", "post", "web"], Choice("channel", _("By which way?"), Consent.Channel)
    ] = "any"
    state: Annotated[Literal["granted", "denied", "withdrawn"], Choice("state", _("Answer"), Consent.State)]
    source: Annotated[str, Text("source", _("Where were they asked?")), Field(min_length=1, max_length=200)]
    text: Annotated[str, LongText("text", _("In which words?")), Field(max_length=20_000)] = ""
    ip: Annotated[IPvAnyAddress | None, Text("ip", _("Network address"))] = None
    at: Annotated[AwareDatetime | None, Moment("at", _("When"))] = None


@action(
    "customers.record_consent",
    on=ON,
    verb="edit",
    label=_("Record consent"),
    icon="shield-check",
    input=ConsentInput,
    sentence=_("Recorded the answer"),
    is_quiet=True,
    can_undo=False,
)
def record_consent(ids: Sequence[int], data: ConsentInput, *, by: Actor, run: Run) -> list[Result]:
    """Adds a row; what was answered before stays as it was. Never undone: a withdrawal is an answer too."""
    at = data.at or clock.now()
    Consent.objects.bulk_create(
        [
            Consent(
                customer_id=id,
                purpose=data.purpose,
                channel=data.channel,
                state=data.state,
                source=data.source,
                text=data.text,
                ip=str(data.ip) if data.ip else None,
                at=at,
                by=by.log_name,
            )
            for id in ids
        ]
    )
    profiles = identities.record_profiles(ids)
    said = {"purpose": data.purpose, "channel": data.channel, "state": data.state, "source": data.source}
    record(
        [
            NewEvent(events.CONSENT_CHANGED.key, profiles[id], said, occurred_at=at, actor=by.log_name, cause=run.cause)
            for id in ids
            if id in profiles
        ]
    )
    return [Result(id) for id in ids]
