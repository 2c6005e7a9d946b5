"""Taking note of types and properties that were seen for the first time, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from perennial.objects.made.catalogue import changed
from perennial.objects.observed.models import ObservedEvent, ObservedProperty
from perennial.objects.observed.types import observed_types
from perennial.timeline.types import PropertyKind, event_types

MOST_TYPES = 500
MOST_PROPERTIES = 60  # of one type
LONGEST_KEY = 80
LONGEST_TYPE = 200

Found = Mapping[str, Mapping[str, PropertyKind]]  # by type: the kind of each property


def unknown(type: str, keys: Iterable[str]) -> list[str] | None:
    """The keys that are worth noting; None for a type with nothing to note, [] for a new type without properties."""
    if type in event_types or not 0 < len(type) <= LONGEST_TYPE:
        return None
    known = observed_types.get(type)
    if known is None and len(observed_types) >= MOST_TYPES:
        return None
    there = {each.key for each in known.properties} if known else set()
    new = [key for key in dict.fromkeys(keys) if key not in there and is_askable(key)][: MOST_PROPERTIES - len(there)]
    return new if new or known is None else None


def is_askable(key: str) -> bool:
    """Whether a property can be named in a rule. Those that begin with "$" are notes of the intake to itself."""
    return 0 < len(key) <= LONGEST_KEY and key.isprintable() and not key.startswith("$") and key == key.strip()


def note(found: Found) -> None:
    """Others see it within seconds, this process at once."""
    with transaction.atomic():
        for type, properties in found.items():
            event, _is_new = ObservedEvent.objects.get_or_create(type=type)
            ObservedProperty.objects.bulk_create(
                [ObservedProperty(event=event, key=key, kind=kind) for key, kind in properties.items()],
                ignore_conflicts=True,
            )
        changed()
