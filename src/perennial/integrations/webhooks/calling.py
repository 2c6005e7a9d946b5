"""The action: send records to a webhook. It only writes into the outbox, in the transaction of whatever calls it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from perennial.foundation.errors import Invalid
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.body import bodies
from perennial.integrations.webhooks.receivers import Offered
from perennial.integrations.webhooks.sending import WAY
from perennial.objects.actions import EVERY_KIND, Result, Run, action
from perennial.objects.fields import Text
from perennial.objects.fields.choice import ChoiceType
from perennial.objects.fields.protocol import Field as Shown
from perennial.objects.types import object_types
from perennial.timeline.outbox.keeping import NewDelivery, put
from perennial.workspace.actor import Actor

LARGEST = 256 * 1024  # bytes of one body
MOST_VALUES = 30


class CallInput(BaseModel):
    """`type` tells the receiver what this is about; `values` are more to tell it, which an automation may fill in."""

    model_config = ConfigDict(extra="forbid")
    webhook: Annotated[
        int,
        Shown("webhook", ChoiceType(Offered()), gettext_lazy("Receiver, as set up under Settings, Webhooks")),
        Field(ge=1, lt=2**63),
    ]
    type: Annotated[
        str, Text("type", gettext_lazy("Type of message")), Field(max_length=100, pattern=r"^[A-Za-z0-9_.-]*$")
    ] = ""
    values: Annotated[dict[str, JsonValue], Field(max_length=MOST_VALUES, json_schema_extra={"is_hidden": True})] = {}

    @field_validator("values")
    @classmethod
    def _can_be_kept(cls, values: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if b"\\u0000" in msgspec.json.encode(values):
            raise ValueError(_("Leave out the character NUL."))
        return values


@action(
    "integrations.call_webhook",
    on=EVERY_KIND,
    verb="export",
    label=gettext_lazy("Call a webhook"),
    icon="webhook",
    input=CallInput,
    sentence=gettext_lazy("{count} on their way to the webhook"),
    is_bulk=True,
    is_quiet=True,
    can_undo=False,
)
def call_webhook(ids: Sequence[int], data: CallInput, *, by: Actor, run: Run) -> list[Result]:
    """One delivery for each record. Its key is the run's own, so the same act can be put there once only."""
    receiver = Receiver.objects.filter(pk=data.webhook, retired_at=None).first()
    if receiver is None:
        raise Invalid({"webhook": _("There is no such receiver any more. Choose another.")})
    if not receiver.is_on:
        raise Invalid({"webhook": _("This receiver is switched off. Switch it on under Settings, Webhooks.")})
    kind = object_types.get(run.object_key)
    if kind is None:
        raise Invalid({"on": _("Say which kind of records these are.")})
    told = bodies(kind, ids, type=data.type, values=data.values, occasions=run.occasions, by=by)
    results, deliveries = [], []
    for record_id in ids:
        if record_id not in told:
            results.append(Result(record_id, "not_found", _("There is nothing to send.")))
        elif _size(told[record_id]) > LARGEST:
            results.append(Result(record_id, "too_large", _("This record is too large for a webhook.")))
        else:
            results.append(Result(record_id))
            deliveries.append(NewDelivery(
                key=f"{run.cause}-{record_id}", way=WAY, lane=receiver.lane, object_key=kind.key, record_id=record_id,
                payload={"receiver": receiver.pk, "body": told[record_id]}, actor=by.log_name, cause=run.cause,
            ))  # fmt: skip
    put(deliveries)
    return results


def _size(body: Any) -> int:
    return len(msgspec.json.encode(body, enc_hook=str))
