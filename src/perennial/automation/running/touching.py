"""Rows of the two logs as triggers and waits read them, and the records that they touch, a kind at a time."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from perennial.foundation.sql import fetch
from perennial.objects.belonging import pairs_of
from perennial.objects.types import ObjectType, object_types

_LARGEST = 8_000  # characters of an event's properties that a run carries


class Event(NamedTuple):
    id: uuid.UUID
    occurred_at: datetime
    known_at: datetime
    profile_id: int | None
    type: str
    subject_kind: str | None
    subject_id: int | None
    cause: uuid.UUID | None
    actor: str


class Changed(NamedTuple):
    id: int
    object_key: str
    record_id: int
    kind: str
    cause: uuid.UUID | None
    actor: str
    action: str
    values: str | None


@dataclass(slots=True)
class Happening:
    """An event, whose properties are read when somebody asks for them."""

    event: Event
    properties: dict[str, Any] = field(default_factory=dict)
    is_read: bool = False


def read_properties(happenings: Sequence[Happening]) -> None:
    """Of those not read yet, by one statement."""
    missing = {each.event.id: each for each in happenings if not each.is_read}
    if not missing:
        return
    moments = [each.event.occurred_at for each in missing.values()]
    rows = fetch(
        "SELECT e.id, CASE WHEN length(e.properties::text) < %s THEN e.properties ELSE '{}' END FROM timeline_event e"
        " WHERE e.id = ANY(%s::uuid[]) AND e.occurred_at BETWEEN %s AND %s",
        [_LARGEST, list(missing), min(moments), max(moments)],
    )
    for id, properties in rows:
        missing[id].properties.update(json.loads(properties))
    for each in missing.values():
        each.is_read = True


def touched(kind: ObjectType, happenings: Sequence[Happening]) -> list[tuple[Happening, int]]:
    """The records of the kind that events are about: their subject where it is one of these, else those for whom what
    the profile does counts."""
    found: list[tuple[Happening, int]] = []
    by_profile: dict[int, list[Happening]] = defaultdict(list)
    for each in happenings:
        event = each.event
        if event.subject_id is not None and is_of(kind, event.subject_kind or ""):
            found.append((each, event.subject_id))
        elif event.profile_id is not None:
            by_profile[event.profile_id].append(each)
    pairs = pairs_of(kind.key)
    if pairs is not None and by_profile:
        rows = fetch(
            f"SELECT w.profile_id, w.record_id FROM ({pairs}) w WHERE w.profile_id = ANY(%s::bigint[])",
            [list(by_profile)],
        )
        found += [(each, record_id) for profile_id, record_id in rows for each in by_profile[profile_id]]
    return found


def is_of(kind: ObjectType, object_key: str) -> bool:
    """Whether a record of that kind can be one of this: the same, a part of it, or the union that it is a part of."""
    if object_key == kind.key or object_key in kind.parts:
        return True
    other = object_types.get(object_key)
    return other is not None and kind.key in other.parts
