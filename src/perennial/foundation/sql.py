"""Set-based reading and writing, where the ORM would go row by row.

All of it uses Django's own connection, so that it takes part in the transaction that is open. On it a jsonb value
arrives as text (Django's models decode it themselves); select `column::json` to get it decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

import msgspec
from django.db import connection
from psycopg import sql
from psycopg.types.json import Jsonb

Params = Sequence[Any] | dict[str, Any] | None
_encode = msgspec.json.encode


def json(value: Any) -> Jsonb:
    """A value on its way into a jsonb column; written some times quicker than the standard library does."""
    return Jsonb(value, dumps=_encode)


def fetch(statement: str, params: Params = None) -> list[tuple[Any, ...]]:
    """All rows of a SELECT (or of a … RETURNING)."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def fetch_planned(statement: str, params: Params = None) -> list[tuple[Any, ...]]:
    """All rows of a statement that is asked again and again: each connection plans it once. Its parameters travel
    beside it, so each stands where PostgreSQL can tell its type (`%s::bigint`)."""
    with connection.planned_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def fetch_one(statement: str, params: Params = None) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def fetch_dicts(statement: str, params: Params = None) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(statement: str, params: Params = None) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def execute_planned(statement: str, params: Params = None) -> int:
    """The same for a statement that is run again and again; see `fetch_planned`."""
    with connection.planned_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def append_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows to a table that has no default for them; the number written. A single one by a planned INSERT: to
    begin and end a COPY costs more than the row."""
    waiting = iter(rows)
    first = list(islice(waiting, 2))
    if len(first) != 1:
        return copy_rows(table, columns, chain(first, waiting)) if first else 0
    names = ", ".join(f'"{name}"' for name in columns)
    return execute_planned(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})', first[0])


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows by COPY, the quickest way in; the number written."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


@contextmanager
def streamed(statement: str, params: Params = None, *, batch: int = 2000) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Rows of a SELECT of any size, fetched in batches through a server-side cursor (inside a transaction)."""
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = batch
        cursor.execute(statement, params)
        yield iter(cursor)
