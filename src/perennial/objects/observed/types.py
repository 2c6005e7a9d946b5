"""Event types as rules may name them: those that a room declares, and those that were observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from perennial.objects.observed.models import ObservedEvent
from perennial.timeline.types import EventType, Property, PropertyKind, event_types

observed_types: dict[str, EventType] = {}


@dataclass(frozen=True, slots=True)
class About:
    """Of an observed type, by which key it came, when last, and whether it is hidden, by hand or to make room."""

    source: str
    seen_at: datetime
    is_hidden: bool = False
    by_hand: bool = False


about: dict[str, About] = {}
OBSERVED = "observed"  # their team


def event_type(key: str) -> EventType | None:
    return event_types.get(key) or observed_types.get(key)


def every_event_type(*, with_hidden: bool = False) -> Iterator[EventType]:
    """The declared ones first, then the observed ones by name."""
    yield from list(event_types.values())
    shown = (each for each in list(observed_types.values()) if with_hidden or not is_hidden(each.key))
    yield from sorted((each for each in shown if each.key not in event_types), key=_name)


def is_hidden(key: str) -> bool:
    return key in about and about[key].is_hidden


def take_over() -> None:
    """Follow what the table says; `made.catalogue` calls it whenever definitions have changed."""
    rows = list(ObservedEvent.objects.prefetch_related("properties"))
    found = {each.type: _declared(each) for each in rows}
    for key in set(observed_types) - set(found):
        observed_types.pop(key, None)
        about.pop(key, None)
    observed_types.update(found)
    for each in rows:
        about[each.type] = About(each.source, each.seen_at, each.hidden_at is not None, bool(each.hidden_by))


def forget() -> None:
    """Between tests."""
    observed_types.clear()
    about.clear()


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
