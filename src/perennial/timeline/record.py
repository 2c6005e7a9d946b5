"""Appending to the two logs, set-based: one COPY a batch, in the transaction that is open."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from perennial.foundation import clock
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import append_rows, json
from perennial.timeline.partitions import prepare_for

EVENT_COLUMNS = (
    "id",
    "occurred_at",
    "known_at",
    "client_timestamp",
    "profile_id",
    "type",
    "source",
    "channel",
    "actor",
    "subject_kind",
    "subject_id",
    "properties",
    "class",
    "definition",
    "cause",
)
CHANGE_COLUMNS = (
    "occurred_at",
    "known_at",
    "object_key",
    "record_id",
    "kind",
    "values",
    "actor",
    "action",
    "cause",
    "run_id",
)
ChangeKind = Literal[
    "create", "update", "delete", "restore", "merge", "unmerge", "erase", "configure", "share", "apart"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewEvent:
    """`occurred_at` defaults to business now; history that is imported sets `known_at` equal to it (`is_history`)."""

    type: str
    profile_id: int | None
    properties: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    is_history: bool = False
    client_timestamp: str | None = None
    source: str = "perennial"
    channel: str = ""
    actor: str = "system:0"
    subject_kind: str | None = None
    subject_id: int | None = None
    is_derived: bool = False
    definition: str | None = None
    cause: uuid.UUID | None = None
    id: uuid.UUID = field(default_factory=uuid7)


def record(events: Sequence[NewEvent]) -> int:
    """Append events; the number appended. Partitions for their months are made when they are missing."""
    if not events:
        return 0
    now = clock.now()
    moments = [event.occurred_at or now for event in events]
    prepare_for(min(moments), max(moments))
    return append_rows(
        "timeline_event",
        EVENT_COLUMNS,
        (
            (
                event.id,
                moment,
                moment if event.is_history else now,
                event.client_timestamp,
                event.profile_id,
                event.type,
                event.source,
                event.channel,
                event.actor,
                event.subject_kind,
                event.subject_id,
                json(dict(event.properties)),
                "d" if event.is_derived else "o",
                event.definition,
                event.cause,
            )
            for event, moment in zip(events, moments, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one record. On create `values` is the whole record, on update {field: [old, new]}."""

    object_key: str
    record_id: int
    kind: ChangeKind
    values: Mapping[str, Any]


def log_changes(
    changes: Iterable[Change],
    *,
    actor: str,
    action: str,
    cause: uuid.UUID | None = None,
    run_id: int | None = None,
    occurred_at: datetime | None = None,
) -> int:
    """Append changes made by one act. `actor` is `Actor.log_name`; values must be JSON already."""
    now = clock.now()
    return append_rows(
        "timeline_change",
        CHANGE_COLUMNS,
        (
            (
                occurred_at or now,
                now,
                change.object_key,
                change.record_id,
                change.kind,
                json(dict(change.values)),
                actor,
                action,
                cause,
                run_id,
            )
            for change in changes
        ),
    )
