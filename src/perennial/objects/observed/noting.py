"""Taking note of types and properties that were seen for the first time, within bounds that each source has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from perennial.foundation import clock
from perennial.objects.made.catalogue import changed
from perennial.objects.observed.models import ObservedEvent, ObservedProperty
from perennial.objects.observed.types import about, observed_types
from perennial.timeline.types import PropertyKind, event_types

MOST_TYPES = 150  # that are offered, of one source
MOST_PROPERTIES = 60  # of one type
MOST_PROPERTIES_OF_SOURCE = 600  # each may be a column of the lake
LONGEST_KEY = 80
LONGEST_TYPE = 200
LONGEST_SOURCE = 200
UNSEEN_FOR = timedelta(days=60)  # after which a type makes room for another of its source
_BY_THE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Seen:
    """A type as a batch has it: by which source it came, and the kinds of properties that are new."""

    source: str
    kinds: dict[str, PropertyKind] = field(default_factory=dict)


Found = Mapping[str, Seen]


class Room:
    """What each source may still add, counted once for a batch: one batch of a thousand names is no way around."""

    def __init__(self) -> None:
        self._now = clock.real_now()
        self._types: dict[str, int] = {}
        self._properties: dict[str, int] = {}
        for key, each in list(about.items()):
            self._types.setdefault(each.source, MOST_TYPES)
            self._properties.setdefault(each.source, MOST_PROPERTIES_OF_SOURCE)
            if not each.is_hidden and each.seen_at > self._now - UNSEEN_FOR:
                self._types[each.source] -= 1
            if key in observed_types:
                self._properties[each.source] -= len(observed_types[key].properties)

    def unknown(self, type: str, keys: Iterable[str], source: str) -> list[str] | None:
        """The keys that are worth noting; None for a type with nothing to note, [] for one that is new, or that was not
        seen for a day, without new properties."""
        if type in event_types or not 0 < len(type) <= LONGEST_TYPE:
            return None
        known = about.get(type)
        owner = known.source if known is not None else source[:LONGEST_SOURCE]
        is_stale = known is None or known.seen_at <= self._now - _BY_THE_DAY
        if known is None or (known.is_hidden and not known.by_hand):
            if self._types.get(owner, MOST_TYPES) <= 0:
                return [] if known is not None and is_stale else None
            if is_stale:
                self._types[owner] = self._types.get(owner, MOST_TYPES) - 1
        if known is not None and known.by_hand and known.is_hidden:
            return [] if is_stale else None
        new = self._properties_of(type, keys, owner)
        return new if new or is_stale else None

    def _properties_of(self, type: str, keys: Iterable[str], owner: str) -> list[str]:
        there = {each.key for each in observed_types[type].properties} if type in observed_types else set()
        left = self._properties.get(owner, MOST_PROPERTIES_OF_SOURCE)
        most = max(0, min(MOST_PROPERTIES - len(there), left))
        new = [key for key in dict.fromkeys(keys) if key not in there and is_askable(key)][:most]
        self._properties[owner] = left - len(new)
        return new


def is_askable(key: str) -> bool:
    """Whether a property can be named in a rule. Those that begin with "$" are notes of the intake to itself."""
    return 0 < len(key) <= LONGEST_KEY and key.isprintable() and not key.startswith("$") and key == key.strip()


def note(found: Found) -> None:
    """Others see it within seconds, this process at once."""
    now = clock.real_now()
    with transaction.atomic():
        for type, seen in found.items():
            event, is_new = ObservedEvent.objects.get_or_create(
                type=type, defaults={"source": seen.source[:LONGEST_SOURCE]}
            )
            if not is_new:
                _seen_again(event, now)
            if is_new or event.hidden_at is None:
                _make_room(event.source, now)
            ObservedProperty.objects.bulk_create(
                [ObservedProperty(event=event, key=key, kind=kind) for key, kind in seen.kinds.items()],
                ignore_conflicts=True,
            )
        changed()


def _seen_again(event: ObservedEvent, now: datetime) -> None:
    """What was hidden to make room comes back where there is some; what somebody hid stays hidden."""
    event.seen_at = now
    if event.hidden_at is not None and not event.hidden_by:
        lately = ObservedEvent.objects.filter(source=event.source, hidden_at=None, seen_at__gt=now - UNSEEN_FOR).count()
        event.hidden_at = event.hidden_at if lately >= MOST_TYPES else None
    event.save(update_fields=["seen_at", "hidden_at"])


def _make_room(source: str, now: datetime) -> None:
    """Where there are too many of a source, those that were not seen for long are hidden, the longest unseen first."""
    shown = ObservedEvent.objects.filter(source=source, hidden_at=None)
    over = shown.count() - MOST_TYPES
    if over > 0:
        unseen = shown.filter(seen_at__lte=now - UNSEEN_FOR).order_by("seen_at").values_list("pk", flat=True)[:over]
        ObservedEvent.objects.filter(pk__in=list(unseen)).update(hidden_at=now)
