"""Something happens to the record: an order, a visit, a stage that changes, a mail that is opened."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from perennial.automation.definition.asked import Asked
from perennial.automation.definition.events import event_of, fault_of_event
from perennial.automation.definition.listening import Listens
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.triggers import TriggerKind, TriggerNode, register_trigger
from perennial.conditions import TRUE
from perennial.conditions.schema import EventInfo


class EventTrigger(TriggerNode):
    """`where` compares properties of the event."""

    kind: Literal["event"] = "event"
    event: Annotated[str, Field(max_length=200)]
    where: Asked = TRUE


def _info(trigger: EventTrigger, scope: Scope) -> EventInfo | None:
    return event_of(trigger.event, scope)


def _sentence(trigger: EventTrigger, scope: Scope) -> str:
    info = _info(trigger, scope)
    return _("When it happens: %(event)s") % {"event": str(info.label) if info else trigger.event}


register_trigger(
    TriggerKind(
        "event", EventTrigger, gettext_lazy("An event"), "activity", _sentence,
        check=lambda trigger, scope: fault_of_event(trigger.event, trigger.where, scope),
        event=_info, listens=lambda trigger: Listens(events=(trigger.event,), where=trigger.where),
    )
)  # fmt: skip
