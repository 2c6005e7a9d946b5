"""The message ids that came in lately, a table part for each day, by which a retried delivery is recognised."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import connection, transaction

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch

DAYS_KEPT = 3  # today and the two before: a client that retries for two days doubles nothing


def seen_before(ids: Collection[str]) -> set[str]:
    """Which of these (hex) were stored already. One statement."""
    rows = fetch("SELECT replace(id::text, '-', '') FROM customers_received WHERE id = ANY(%s::uuid[])", [list(ids)])
    return {id for (id,) in rows}


def remember(ids: Collection[str]) -> None:
    """In the transaction that stores their events."""
    today = clock.real_now().date().isoformat()
    with connection.cursor() as cursor, cursor.cursor.copy("COPY customers_received (id, day) FROM STDIN") as copy:
        copy.write("".join(f"{id}\t{today}\n" for id in ids))


def rotate() -> None:
    """Make the parts of today and tomorrow, and drop those that are past."""
    today = clock.real_now().date()
    oldest = _part(today - timedelta(days=DAYS_KEPT - 1))
    with transaction.atomic():
        execute("SET LOCAL lock_timeout = '5s'")
        execute("SELECT pg_advisory_xact_lock(7201503)")  # two fronts at midnight
        existing = {
            name
            for (name,) in fetch(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'customers_received'::regclass"
            )
        }
        for day in (today, today + timedelta(days=1)):
            if _part(day) not in existing:
                execute(
                    f"CREATE TABLE {_part(day)} PARTITION OF customers_received"
                    f" FOR VALUES FROM ('{day}') TO ('{day + timedelta(days=1)}')"
                )
        for name in existing:
            if name < oldest:
                execute(f"DROP TABLE {name}")


def _part(day: date) -> str:
    return f"customers_received_{day:%Y%m%d}"
