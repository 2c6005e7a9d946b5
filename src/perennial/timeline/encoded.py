"""Appending events that are packed already: for the intake, which writes thousands in a second.

PostgreSQL's binary COPY takes the JSON of an event's properties as the bytes that came in; nothing is quoted, parsed
or built again on the way. Everywhere else `record` is the way to append.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

_COLUMNS = (
    "id", "occurred_at", "known_at", "client_timestamp", "profile_id", "type", "source", "channel", "actor",
    "subject_kind", "subject_id", "properties",
)  # fmt: skip
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_FIXED = struct.Struct("!hi16siqiq")  # number of columns, then the id and both times, each after its length
_BIGINT = struct.Struct("!iq")
_LENGTH = struct.Struct("!i").pack
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class EncodedEvent(NamedTuple):
    """An observed event. `properties` is a JSON object in UTF-8 that the writer has checked."""

    id: bytes
    occurred_at: datetime
    known_at: datetime
    client_timestamp: str
    profile_id: int
    type: str
    source: str
    channel: str
    actor: str
    properties: bytes
    subject_kind: str | None = None
    subject_id: int | None = None


def record_encoded(events: Iterable[EncodedEvent]) -> None:
    """Append in the transaction that is open. The parts of the log must be there (`partitions.prepare_for`)."""
    rows = [_HEADER]
    rows.extend(map(_row, events))
    rows.append(_TRAILER)
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY timeline_event ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(b"".join(rows))


def _row(event: EncodedEvent) -> bytes:
    subject = _NULL + _NULL
    if event.subject_kind is not None and event.subject_id is not None:
        subject = _label(event.subject_kind) + _BIGINT.pack(8, event.subject_id)
    return b"".join((
        _FIXED.pack(len(_COLUMNS), 16, event.id, 8, (event.occurred_at - _EPOCH) // _MICROSECOND,
                    8, (event.known_at - _EPOCH) // _MICROSECOND),
        _text(event.client_timestamp) if event.client_timestamp else _NULL,
        _BIGINT.pack(8, event.profile_id),
        _label(event.type), _label(event.source), _label(event.channel), _label(event.actor), subject,
        _LENGTH(len(event.properties) + 1), b"\x01", event.properties,
    ))  # fmt: skip


def _text(text: str) -> bytes:
    data = text.encode()
    return _LENGTH(len(data)) + data


_label = lru_cache(maxsize=4096)(_text)  # types, sources and actors: few, and the same again and again
