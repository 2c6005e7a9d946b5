"""The last real events of a record, as they would have started an automation: for trying one out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perennial.automation.definition.scope import Scope
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.belonging import pairs_of
from perennial.objects.query import get

MOST = 8


@dataclass(frozen=True, slots=True)
class Recent:
    """`properties` are those that the actor may know."""

    id: str
    at: datetime
    properties: Mapping[str, Any]


def recent_events(scope: Scope, event: str, record_id: int) -> list[Recent]:
    """The latest first; none for a record that the actor may not see, and for an event that is not theirs to know."""
    info, kind = scope.schema.event(event), scope.kind
    try:
        get(kind, record_id, by=scope.by, columns=[kind.title])
    except NotFound:
        return []
    if info is None:
        return []
    pairs = pairs_of(kind.key)
    whose = (
        f"e.profile_id IN (SELECT w.profile_id FROM ({pairs}) w WHERE w.record_id = %s)" if pairs
        else "e.subject_kind = %s AND e.subject_id = %s"
    )  # fmt: skip
    rows = fetch(
        f"SELECT e.id::text, e.occurred_at, e.properties::text FROM timeline_event e WHERE e.type = %s AND {whose}"
        " ORDER BY e.occurred_at DESC, e.id DESC LIMIT %s",
        [event, *([record_id] if pairs else [kind.key, record_id]), MOST],
    )
    return [
        Recent(id, at, {key: value for key, value in (json.loads(text) or {}).items() if key in info.properties})
        for id, at, text in rows
    ]
