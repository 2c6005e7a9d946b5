"""The segments as this process knows them: followed as definitions of fields are, so that naming one costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

from perennial.objects.made.catalogue import when_built
from perennial.rules.models import Segment


@dataclass(frozen=True, slots=True)
class Known:
    """A segment that can be asked for: one that holds, was paused, or is kept by hand. A draft has no members yet."""

    id: int
    key: str
    object_key: str
    name: str
    is_static: bool


known: dict[str, Known] = {}


def kept_by_hand(object_keys: list[str]) -> list[Known]:
    """By name."""
    found = (each for each in list(known.values()) if each.is_static and each.object_key in object_keys)
    return sorted(found, key=lambda each: each.name.casefold())


def _take_over() -> None:
    rows = Segment.objects.filter(state__in=(Segment.State.LIVE, Segment.State.PAUSED))
    found = rows.values_list("id", "key", "object_key", "name", "is_static")
    now = {row[1]: Known(*row) for row in found}
    for key in set(known) - set(now):
        known.pop(key, None)
    known.update(now)


when_built(_take_over, known.clear)
