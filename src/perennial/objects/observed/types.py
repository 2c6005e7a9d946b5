"""Event types as rules may name them: those that a room declares, and those that were observed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from perennial.objects.observed.models import ObservedEvent
from perennial.timeline.types import EventType, Property, PropertyKind, event_types

observed_types: dict[str, EventType] = {}
OBSERVED = "observed"  # their team


def event_type(key: str) -> EventType | None:
    return event_types.get(key) or observed_types.get(key)


def every_event_type() -> Iterator[EventType]:
    """The declared ones first, then the observed ones by name."""
    yield from list(event_types.values())
    yield from sorted((each for each in list(observed_types.values()) if each.key not in event_types), key=_name)


def take_over() -> None:
    """Follow what the table says; `made.catalogue` calls it whenever definitions have changed."""
    found = {each.type: _declared(each) for each in ObservedEvent.objects.prefetch_related("properties")}
    for key in set(observed_types) - set(found):
        observed_types.pop(key, None)
    observed_types.update(found)


def forget() -> None:
    """Between tests."""
    observed_types.clear()


def _declared(row: ObservedEvent) -> EventType:
    properties = sorted(row.properties.all(), key=lambda each: each.key)
    label = spoken(row.type)
    return EventType(
        key=row.type, label=label, sentence=label, icon="activity", team=OBSERVED,
        properties=tuple(Property(each.key, cast(PropertyKind, each.kind)) for each in properties),
    )  # fmt: skip


def spoken(type: str) -> str:
    """ "custom.product_viewed" as words: "Product viewed"."""
    return type.rpartition(".")[2].replace("_", " ").strip().capitalize() or type


def _name(type: EventType) -> str:
    return str(type.label).casefold()
