"""Settings that only tests have. The database comes from `perennial.server.testing`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import settings as examples

# The same examples on every machine: what passed here passes there. FUZZ=1 draws others each time, to look for more.
examples.register_profile("the same", derandomize=True)
examples.load_profile("default" if os.environ.get("FUZZ") else "the same")


MANY = 2000  # rows of a table; fewer are deleted in a fiftieth of the time in which files are made anew for all tables
ASKING = {"db", "transactional_db"}


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # signs in by the thousand
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = True  # scans nothing at the start of each test client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m database` is what asks it: the tests that a second PostgreSQL can tell something new."""
    for item in items:
        if item.get_closest_marker("django_db") or not ASKING.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def only_what_is_declared() -> Iterator[None]:
    """What a test defined without code goes with it, and so does its firm, whose clock may stand elsewhere."""
    yield
    catalogue = sys.modules.get("perennial.objects.made.catalogue")  # where Django was set up at all
    if catalogue is not None:
        catalogue.forget()
        sys.modules["perennial.workspace.firm"].forget_firm()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A test that commits leaves every table as the migrations did. Django's own flush knows only tables of models,
    not the logs, and gives it up where one of those refers to them."""
    with django_db_blocker.unblock():
        first = {table: _rows(table) for table in _filled_tables()}
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda _self: _restore(first)
    yield
    TransactionTestCase._fixture_teardown = original


def _restore(first: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        while filled := _filled_tables():  # again for what triggers noted of that
            if max(filled.values()) > MANY:
                cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
            else:
                cursor.execute("; ".join(f"DELETE FROM {table}" for table in filled))
        for table, rows in first.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _filled_tables() -> dict[str, int]:
    """Every table with a row in it, and how many up to `MANY`; a partitioned one stands for its partitions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'django_migrations'"
        )
        counts = (
            f"SELECT '{name}' AS name, count(*) AS number FROM (SELECT FROM {name} LIMIT {MANY + 1}) few"
            for (name,) in cursor.fetchall()
        )
        cursor.execute(f"SELECT name, number FROM ({' UNION ALL '.join(counts)}) counted WHERE number > 0")
        return dict(cursor.fetchall())
