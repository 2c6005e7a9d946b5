"""The `EventType` contract: something that can happen, declared once by the room in which it happens.

Declare in your room's `events.py` and register from `apps.ready()`:

    ORDER_PLACED = register_event_type(EventType(
        key="commerce.order_placed", label=_("Order placed"), icon="shopping-bag", team="commerce",
        sentence=_("Order {number}, lines: {lines}, {total}"),
        properties=(Property("number"), Property("lines", "whole"), Property("total", "money")),
    ))

The sentence is one translatable string; its placeholders are the properties' keys. A property of kind "money" is
kept as {"amount": "12.50", "currency": "GBP"}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

PropertyKind = Literal["text", "whole", "number", "money", "flag", "moment", "day"]
Tone = Literal["good", "neutral", "attention", "trouble"]


@dataclass(frozen=True, slots=True)
class Property:
    """`choices` are the values a text may have and how they are said ("no_answer", _("No answer")).

    Whoever may not read a field of the event's subject does not read a property of that name either; `rests_on` names
    more fields that it says something of, as (object key, field).
    """

    key: str
    kind: PropertyKind = "text"
    choices: tuple[tuple[str, str | Promise], ...] = ()
    rests_on: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EventType:
    """`team` groups types in the timeline's filter; `tone` colours the dot; `subject` is the kind of the subject.
    `is_ours` is what the firm's own people and programs do, beside what its customers do."""

    key: str
    label: str | Promise
    sentence: str | Promise
    icon: str
    team: str
    tone: Tone = "neutral"
    properties: tuple[Property, ...] = ()
    subject: str | None = None
    is_derived: bool = False
    is_ours: bool = False


event_types: dict[str, EventType] = {}


def register_event_type(declared: EventType) -> EventType:
    """Refuses a key that is taken and one without its room's name in front."""
    if declared.key in event_types and event_types[declared.key] != declared:
        raise ValueError(f"The event type {declared.key} is declared twice.")
    if "." not in declared.key:
        raise ValueError(f"An event type's key is room.past_tense, not {declared.key}.")
    event_types[declared.key] = declared
    return declared
