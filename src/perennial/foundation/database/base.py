"""The backend: Django's own but for four things.

- A connection from the pool is looked at before it is used, by its socket alone: a server that has ended has said so
  there. Django asks each time, which is a way there and back for every request. We ask one that has rested a while.
- Moments are read by psycopg's own reader in C, which is twenty times as quick as Django's.
- `planned_cursor` lets the server plan a statement once for each connection. Django's own cursors put parameters into
  the text, so that each statement is a new one, to be planned anew.
- Cursors are made without comparing time zones: ours is UTC everywhere.
"""

from __future__ import annotations

import select
import time
from functools import cache
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

RESTED = 5.0  # seconds after which a connection is asked whether it still is one
PLAN_AFTER = 2  # times that a connection meets a statement before it keeps its plan
_django: Any = base  # its stubs do not know what a backend is made of


class Connection(psycopg.Connection[Any]):
    """Knows when it was last asked."""

    asked_at = 0.0


class Operations(_django.DatabaseOperations):  # type: ignore[misc]
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """What is logged and counted: of a planned statement its text, without the parameters."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(_django.DatabaseWrapper):  # type: ignore[misc]
    ops_class = Operations

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["context"] = _quick(params["context"])
        params["prepare_threshold"] = PLAN_AFTER  # of planned cursors: Django's own never prepare
        return params

    @property
    def pool(self) -> ConnectionPool[Connection] | None:
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == _django.NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            made = ConnectionPool(
                connection_class=Connection,
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_connection,
                check=look_at,
                **options,
            )
            self._connection_pools.setdefault(self.alias, made)  # of threads that made one each the first wins
        found: ConnectionPool[Connection] = self._connection_pools[self.alias]
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        """Without Django's comparing of time zones: the connection's is UTC, and its reader knows."""
        if name is None:
            return self.connection.cursor()
        return _django.ServerSideCursor(
            self.connection, name=name, scrollable=False, withhold=self.connection.autocommit
        )

    def planned_cursor(self) -> Any:
        """A cursor whose parameters travel beside the statement. Counted, logged and wrapped as all others are."""
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(psycopg.Cursor(self.connection))


def look_at(connection: Connection) -> None:
    """Raise when the server has ended the connection. Whatever lies unread is a reason to ask."""
    now = time.monotonic()
    if now - connection.asked_at < RESTED and not _has_unread(connection):
        return
    ConnectionPool.check_connection(connection)
    connection.asked_at = now


def _has_unread(connection: Connection) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


@cache
def _quick(template: Any) -> Any:
    """Django's adapters, with psycopg's reader of moments in place of Django's."""
    quick = psycopg.adapt.AdaptersMap(template)
    reader = psycopg.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, psycopg.pq.Format.TEXT)
    assert reader is not None
    quick.register_loader("timestamptz", reader)
    return quick
