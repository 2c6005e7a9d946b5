"""The unmodified client from PyPI against a running server."""

from __future__ import annotations

import pytest
from segment.analytics.client import Client

from perennial.customers.intake.tests.serving import make_key, served
from perennial.foundation.sql import fetch, fetch_one

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("gzip", [False, True])
def test_the_segment_client_delivers_everything_once(gzip: bool) -> None:
    key_id, secret = make_key()
    failed: list[object] = []
    with served() as address:
        client = Client(secret, host=address, gzip=gzip, on_error=lambda error, items: failed.append(error))
        for number in range(3000):
            client.track(f"user-{number % 100}", "Order Completed", {"total": number, "город": "Алматы"})
        client.identify("user-1", {"name": "Ada Lovelace", "email": "ada@example.com"}, anonymous_id="device-1")
        client.page(anonymous_id="device-1", name="Home", properties={"url": "https://example.com/"})
        client.screen("user-2", name="Basket")
        client.group("user-1", "acme", {"name": "Acme Ltd"})
        client.alias("device-2", "user-2")
        client.shutdown()
    assert not failed
    sent = "FROM timeline_event WHERE source = 'Shop' AND actor = %s"
    by = f"key:{key_id}"
    counts = dict(fetch(f"SELECT type, count(*) {sent} GROUP BY 1", [by]))
    once = ("identified", "page_viewed", "screen_viewed", "grouped", "aliased")
    assert counts == {"custom.order_completed": 3000, **{f"customers.{name}": 1 for name in once}}
    who = fetch_one("SELECT name, email FROM customers_customer WHERE external_id = 'user-1'")
    assert who == ("Ada Lovelace", "ada@example.com")
    orders = f"{sent} AND type = 'custom.order_completed'"
    assert fetch(f"SELECT DISTINCT properties->>'город' {orders}", [by]) == [("Алматы",)]
    totals = fetch(f"SELECT (properties->>'total')::int {orders} ORDER BY id", [by])
    assert [total for (total,) in totals] == list(range(3000))
