"""One writer at a time: whoever appends, erases or compacts holds an advisory lock of the database meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from perennial.foundation.sql import execute, fetch_one

_LOCK = 7_201_602


@contextmanager
def sole_writer(*, patient: bool) -> Iterator[bool]:
    """Whether it is us. Who is patient waits until it is."""
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("The lake is written outside of any transaction.")
    row = fetch_one(f"SELECT {'pg_advisory_lock' if patient else 'pg_try_advisory_lock'}(%s)", [_LOCK])
    is_ours = patient or bool(row and row[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.is_usable():
            execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything read in here is of one instant."""
    with transaction.atomic():
        # By index: the planner takes what is waiting for a few rows, and would sort all of it in every turn.
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL enable_sort = off")
        yield
