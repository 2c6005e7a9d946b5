from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg_pool import ConnectionPool

from perennial.foundation.database.base import Connection, look_at
from perennial.foundation.sql import fetch, fetch_one, fetch_planned


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_found_out_before_it_is_used() -> None:
    wanted = connection.get_connection_params() | {"autocommit": True}
    with Connection.connect(**wanted) as held:
        look_at(held)
        before = held.asked_at
        look_at(held)
        assert held.asked_at == before > 0  # not asked again so soon
        (ended,) = fetch("SELECT pg_terminate_backend(%s, 5000)", [held.info.backend_pid])[0]
        assert ended
        with pytest.raises(Exception, match=r"terminat|closed"):
            look_at(held)


@pytest.mark.django_db(transaction=True)
def test_a_pool_hands_out_a_living_connection_after_the_server_ended_one() -> None:
    assert connection.pool is None or isinstance(connection.pool, ConnectionPool)
    (pid,) = fetch_one("SELECT pg_backend_pid()") or (0,)
    wanted = connection.get_connection_params() | {"autocommit": True}
    with ConnectionPool(connection_class=Connection, kwargs=wanted, min_size=1, max_size=1, check=look_at) as pool:
        with pool.connection() as held:
            first = held.info.backend_pid
        fetch("SELECT pg_terminate_backend(%s, 5000)", [first])
        with pool.connection() as held:
            assert held.execute("SELECT pg_backend_pid()").fetchone() != (first,)
    assert fetch_one("SELECT pg_backend_pid()") == (pid,)


@pytest.mark.django_db
def test_a_planned_statement_answers_the_same_and_is_counted() -> None:
    statement = "SELECT n, %s::timestamptz FROM generate_series(1, %s::int) n WHERE n = ANY(%s::bigint[])"
    moment = datetime(2026, 3, 1, 12, 30, 0, 120_000, tzinfo=UTC)
    with CaptureQueriesContext(connection) as seen:
        for _time in range(4):
            assert fetch_planned(statement, [moment, 5, [2, 4, 70_000]]) == [(2, moment), (4, moment)]
    assert [each["sql"][:9] for each in seen] == [statement[:9]] * 4
    assert fetch("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT n, $1%%'")[0][0] >= 1


@pytest.mark.django_db
def test_moments_are_aware_and_in_utc() -> None:
    for read in (fetch, fetch_planned):
        ((moment, long_ago),) = read("SELECT '2026-03-01 12:30:00.12+05'::timestamptz, '1850-01-01'::timestamptz")
        assert moment == datetime(2026, 3, 1, 7, 30, 0, 120_000, tzinfo=UTC)
        assert moment.isoformat() == "2026-03-01T07:30:00.120000+00:00"
        assert long_ago.tzinfo == UTC
