"""The base of all triggers: what starts an automation for a record.

register_trigger(TriggerKind("hand", HandTrigger, label=_("By hand"), icon="hand-click", sentence=_sentence))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError, WithJsonSchema

from perennial.automation.definition.listening import SILENT, Listens
from perennial.automation.definition.steps import faults_of
from perennial.conditions.schema import EventInfo
from perennial.foundation.errors import Invalid
from perennial.objects.fields.protocol import Label

if TYPE_CHECKING:
    from perennial.automation.definition.scope import Scope

TRIGGER = "trigger"  # where a fault of it is told


class TriggerNode(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    kind: str


def _read(data: Any) -> TriggerNode:
    if isinstance(data, TriggerNode):
        return data
    declared = trigger_kinds.get(str(data.get("kind"))) if isinstance(data, Mapping) else None
    if declared is None:
        known = ", ".join(trigger_kinds)
        raise Invalid({TRIGGER: _("What starts it is one of: %(known)s.") % {"known": known}})
    try:
        return declared.node.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid({TRIGGER: faults_of(error)}) from None


Trigger = Annotated[
    TriggerNode,
    BeforeValidator(_read),
    PlainSerializer(lambda trigger: trigger.model_dump(mode="json")),
    WithJsonSchema({"$comment": "Trigger"}),
]


def _nothing_wrong(trigger: Any, scope: Scope) -> Iterable[str]:
    return ()


def _listens_not(trigger: Any) -> Listens:
    return SILENT


def _no_event(trigger: Any, scope: Scope) -> EventInfo | None:
    return None


@dataclass(frozen=True, slots=True)
class TriggerKind:
    """`event` says what its runs know as "event.…"."""

    word: str
    node: type[TriggerNode]
    label: Label
    icon: str
    sentence: Callable[[Any, Scope], str]
    check: Callable[[Any, Scope], Iterable[str]] = _nothing_wrong
    event: Callable[[Any, Scope], EventInfo | None] = _no_event
    listens: Callable[[Any], Listens] = _listens_not
    has_any_property: bool = False  # what comes with it is not known beforehand


trigger_kinds: dict[str, TriggerKind] = {}


def register_trigger(declared: TriggerKind) -> TriggerKind:
    """Refuses a word that is taken."""
    if declared.word in trigger_kinds:
        raise ValueError(f"The kind of trigger {declared.word} is declared twice.")
    trigger_kinds[declared.word] = declared
    return declared
