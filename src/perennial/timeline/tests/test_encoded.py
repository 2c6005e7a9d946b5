"""Events that are packed already read like those that `record` appends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from perennial.foundation.ids import uuid7
from perennial.foundation.sql import fetch
from perennial.timeline.encoded import EncodedEvent, record_encoded
from perennial.timeline.partitions import prepare_for
from perennial.timeline.record import NewEvent, record

MOMENT = datetime(2011, 12, 9, 12, 50, 0, 123456, tzinfo=UTC)


@pytest.mark.django_db
def test_both_ways_of_appending_write_the_same_row() -> None:
    packed, plain = uuid7(), uuid7()
    prepare_for(MOMENT, MOMENT)
    record_encoded([EncodedEvent(
        packed.bytes, MOMENT, MOMENT, "Fr 9. Dez", 7, "custom.сказал", "Shop\t\\N", "web", "key:1",
        '{"a": "б\\n\\u0410", "n": 1.5}'.encode(), "customers.company", 9,
    )])  # fmt: skip
    record([NewEvent(
        "custom.сказал", 7, {"a": "б\nА", "n": 1.5}, MOMENT, is_history=True, client_timestamp="Fr 9. Dez",
        source="Shop\t\\N", channel="web", actor="key:1", subject_kind="customers.company", subject_id=9, id=plain,
    )])  # fmt: skip
    columns = (
        "occurred_at, known_at, client_timestamp, profile_id, type, source, channel, actor, subject_kind,"
        " subject_id, properties::text, class::text, definition, cause, xid::text"
    )
    first, second = fetch(f"SELECT {columns} FROM timeline_event WHERE id = ANY(%s)", [[packed, plain]])
    assert first == second


@pytest.mark.django_db
def test_nothing_is_nothing() -> None:
    record_encoded([])
