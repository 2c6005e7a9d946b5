"""A record enters or leaves a segment: a derived event, like any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from perennial.automation.definition.events import event_of
from perennial.automation.definition.listening import Listens
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.triggers import TriggerKind, TriggerNode, register_trigger
from perennial.conditions import Compare, Op
from perennial.conditions.schema import EventInfo

_EVENTS = {"entered": "rules.segment_entered", "left": "rules.segment_left"}
PROPERTY = "segment"  # of these events: the segment's key


class SegmentTrigger(TriggerNode):
    kind: Literal["segment"] = "segment"
    segment: Annotated[str, Field(min_length=1, max_length=200)]
    on: Literal["entered", "left"] = "entered"


def _event(trigger: SegmentTrigger, scope: Scope) -> EventInfo | None:
    return event_of(_EVENTS[trigger.on], scope)


def label_of(segment: str, scope: Scope) -> str:
    """What the segment is called; empty when there is none of this key for the kind."""
    return str(scope.schema.segment(segment) or "")


def _check(trigger: SegmentTrigger, scope: Scope) -> Iterator[str]:
    if not label_of(trigger.segment, scope):
        yield _("There is no segment “%(key)s” here. Choose one from the list.") % {"key": trigger.segment[:80]}


def _sentence(trigger: SegmentTrigger, scope: Scope) -> str:
    named = {"segment": label_of(trigger.segment, scope) or trigger.segment}
    return (
        _("When it enters “%(segment)s”") % named
        if trigger.on == "entered"
        else _("When it leaves “%(segment)s”") % named
    )


def _listens(trigger: SegmentTrigger) -> Listens:
    return Listens(events=(_EVENTS[trigger.on],), where=Compare(PROPERTY, Op.EQ, trigger.segment))


register_trigger(
    TriggerKind("segment", SegmentTrigger, gettext_lazy("A segment is entered or left"), "users-group", _sentence,
                _check, _event, _listens)
)  # fmt: skip
