"""The unmodified Segment client from PyPI, by changing nothing but its host."""

from __future__ import annotations

import psycopg
import pytest
from segment.analytics.client import Client

from perennial.server.addresses import parse
from tests.processes.running import running

pytestmark = pytest.mark.slow
EVENTS = 50_000


def test_fifty_thousand_events_are_stored_once() -> None:
    failed: list[object] = []
    with running() as it:
        write_key = it.command("key", "create", "--name", "site", "--intake").splitlines()[-1]
        client = Client(
            write_key, host=it.url, max_queue_size=EVENTS, on_error=lambda error, items: failed.append(error)
        )
        for number in range(EVENTS):
            assert client.track(f"user-{number % 1000}", "Order Completed", {"number": number})[0]
        client.shutdown()
        assert not failed
        address = parse((it.home / "postgres" / "address").read_text().strip())
        with psycopg.connect(address.url) as connection:
            stored = connection.execute(
                "SELECT count(*), count(DISTINCT properties->>'number') FROM timeline_event"
                " WHERE type = 'custom.order_completed'"
            ).fetchone()
    assert stored == (EVENTS, EVENTS)
