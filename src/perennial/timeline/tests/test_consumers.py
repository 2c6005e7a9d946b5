"""Reading the logs in commit order: nothing is skipped, nothing is taken twice."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction

from perennial.foundation import clock
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.timeline.consumers import advance, go_to_end, lag_seconds, next_batch
from perennial.timeline.partitions import prepare_ahead, prepare_for
from perennial.timeline.record import Change, NewEvent, log_changes, record

pytestmark = pytest.mark.django_db(transaction=True)


def take(consumer: str, limit: int = 100) -> list[str]:
    with transaction.atomic():
        batch = next_batch(consumer, "timeline_event", "type", limit=limit)
        if batch is None:
            return []
        advance(consumer, "timeline_event", batch)
        return [row[0] for row in batch.rows]


def test_a_consumer_goes_on_where_it_stopped_also_within_one_transaction() -> None:
    record([NewEvent(f"test.happened_{number}", None) for number in range(5)])
    assert take("lake", 2) == ["test.happened_0", "test.happened_1"]
    assert take("lake", 2) == ["test.happened_2", "test.happened_3"]
    assert take("lake", 2) == ["test.happened_4"]
    assert take("lake") == []
    assert len(take("other")) == 5


def test_transactions_are_taken_by_their_number_and_not_by_its_digits() -> None:
    prepare_ahead()
    for number in (10, 9, 8):
        execute(
            "INSERT INTO timeline_event (id, occurred_at, known_at, type, xid) VALUES (%s, now(), now(), %s, %s::xid8)",
            [uuid7(), f"test.of_{number}", str(number)],
        )
    assert [take("lake", 1) for _time in range(4)] == [["test.of_8"], ["test.of_9"], ["test.of_10"], []]


def test_a_slow_transaction_is_waited_for_and_never_skipped() -> None:
    prepare_ahead()
    with psycopg.connect(**_address()) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        slow.execute(
            "INSERT INTO timeline_event (id, occurred_at, known_at, type) VALUES (%s, now(), now(), 'test.slow')",
            [uuid7()],
        )
        record([NewEvent("test.quick", None)])
        assert take("lake") == [], "what is later than a running transaction must wait for it"
        slow.commit()
    assert sorted(take("lake")) == ["test.quick", "test.slow"]


def test_what_a_consumer_did_and_how_far_it_came_are_one_transaction() -> None:
    record([NewEvent("test.happened", None)])
    with transaction.atomic():
        batch = next_batch("lake", "timeline_event", "type", limit=10)
        assert batch is not None
        advance("lake", "timeline_event", batch)
        transaction.set_rollback(True)  # as a kill before the commit would
    assert take("lake") == ["test.happened"]


def test_lag_is_the_age_of_the_oldest_row_not_taken() -> None:
    record([NewEvent("test.happened", None)])
    assert take("lake") == ["test.happened"]
    assert lag_seconds("lake", "timeline_event") == 0
    record([NewEvent("test.happened", None)])
    assert lag_seconds("lake", "timeline_event") > 0


def test_changes_are_read_in_the_same_way() -> None:
    log_changes([Change("test.thing", 7, "create", {"name": "Ada"})], actor="user:1", action="test.create")
    with transaction.atomic():
        batch = next_batch("lake", "timeline_change", "record_id, kind", limit=10)
    assert batch is not None
    assert batch.rows == [(7, "create")]


def test_going_to_the_end_leaves_nothing_where_ids_gain_a_digit() -> None:
    fetch("SELECT setval(pg_get_serial_sequence('timeline_change', 'id'), 999999998)")
    log_changes([Change("test.thing", n, "create", {}) for n in range(2)], actor="user:1", action="test.create")
    go_to_end("lake", "timeline_change")
    with transaction.atomic():
        assert next_batch("lake", "timeline_change", "record_id", limit=10) is None


def test_the_log_is_partitioned_by_month_near_and_by_year_far() -> None:
    far = datetime(2003, 5, 4, tzinfo=UTC)
    record([NewEvent("test.old", None, occurred_at=far, is_history=True), NewEvent("test.new", None)])
    now = clock.now()
    rows = dict(
        fetch("SELECT type, tableoid::regclass::text FROM timeline_event WHERE type IN ('test.old', 'test.new')")
    )
    assert rows == {"test.old": "timeline_event_2003", "test.new": f"timeline_event_{now.year}_{now.month:02}"}
    known = fetch_one("SELECT known_at FROM timeline_event WHERE type = 'test.old' AND occurred_at = %s", [far])
    assert known == (far,)


def test_a_year_that_was_near_while_the_clock_stood_there_goes_on_by_month(monkeypatch) -> None:
    behind = clock.real_now() - datetime(1999, 6, 15, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(clock._Offset, "source", lambda: behind)
        prepare_for(datetime(1999, 3, 1, tzinfo=UTC), datetime(1999, 4, 1, tzinfo=UTC))
    prepare_for(datetime(1998, 1, 1, tzinfo=UTC), datetime(2000, 12, 31, tzinfo=UTC))
    parts = {
        name
        for (name,) in fetch(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'timeline_event'::regclass"
        )
    }
    assert {"timeline_event_1998", "timeline_event_2000"} < parts
    assert {f"timeline_event_1999_{month:02}" for month in range(1, 13)} < parts


def _address() -> dict[str, object]:
    settings = connection.get_connection_params()
    return {key: settings[key] for key in ("dbname", "user", "password", "host", "port") if settings.get(key)}
