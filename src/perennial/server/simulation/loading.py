"""Loading whole tables: COPY from columns, into tables that are bare meanwhile.

A firm that is made from nothing is loaded before its secondary indexes: rows go in several times as quickly, and an
index that is built over finished rows is smaller and quicker to read. `bare` takes indexes and foreign keys of tables
away and puts every one of them back, from the database's own definitions, inside the transaction that loads; so nobody
ever sees a table without them, and a kill leaves all as it was. Only empty tables are made bare.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
from django.db import connection
from psycopg import sql

from perennial.foundation.sql import execute, fetch, fetch_one

_ROWS = 50_000  # that are text at the same time
_AS_ROWS = csv.WriteOptions(include_header=False, batch_size=10_000)
Columns = Mapping[str, Any]


def copy_columns(table: str, columns: Columns) -> int:
    """Write columns (Arrow arrays, or one value for all rows) into a table; how many rows."""
    rows = next(len(column) for column in columns.values() if isinstance(column, pa.Array))
    arrays = [column if isinstance(column, pa.Array) else pa.repeat(pa.scalar(column), rows)
              for column in columns.values()]  # fmt: skip
    whole = pa.table(arrays, names=list(columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for start in range(0, rows, _ROWS):
            text = io.BytesIO()
            csv.write_csv(whole.slice(start, _ROWS), text, _AS_ROWS)
            copy.write(text.getbuffer())
    return rows


def reserve_ids(table: str, count: int) -> int:
    """The first of so many ids that nobody else will get."""
    row = fetch_one("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
    assert row is not None
    execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, row[0] + max(count, 1) - 1])
    return int(row[0])


@dataclass
class Part:
    """Something of a table that was taken away: how to put it back."""

    table: str
    name: str
    definition: str


class Bare:
    """The tables that are bare now."""

    def __init__(self) -> None:
        self.indexes: list[Part] = []
        self.constraints: list[Part] = []
        self.references: list[Part] = []

    def put_back(self, *tables: str, only: Sequence[str] = ()) -> None:
        """Indexes and what rests on them, and fresh statistics; all that are missing when no table is named."""
        for part in _taken(self.indexes, tables, only):
            execute(part.definition)
        for part in _taken(self.constraints, tables, only):
            execute(f"ALTER TABLE {part.table} ADD CONSTRAINT {part.name} {part.definition}")
        for table in tables:
            execute(f"ANALYZE {table}")

    def put_back_references(self) -> None:
        """Foreign keys, each tried against all rows at once."""
        for part in _taken(self.references, (), ()):
            execute(f"ALTER TABLE {part.table} ADD CONSTRAINT {part.name} {part.definition}")


@contextmanager
def bare(tables: Sequence[str], *, worked: Collection[str] = (), report: Callable[[str], None]) -> Iterator[Bare]:
    """Inside a transaction. `worked` are those that their rooms' own statements fill: keys and triggers stay."""
    found = Bare()
    for table in tables:  # references first: an index that one rests on cannot go before it
        for part in _constraints(table, "contype = 'f' AND %s::regclass IN (confrelid, conrelid)"):
            _drop(part, found.references)
    for table in tables:
        kinds = "('u')" if table in worked else "('p', 'u')"
        for part in _constraints(table, f"contype IN {kinds} AND conrelid = %s::regclass"):
            _drop(part, found.constraints)
        for part in _indexes(table):
            execute(f"DROP INDEX {part.name}")
            found.indexes.append(part)
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    execute(f"TRUNCATE {', '.join(tables)}")  # a table emptied in this transaction is filled without the log
    for table in worked:
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    yield found
    report("Building indexes")
    found.put_back()
    report("Checking references")
    found.put_back_references()
    for table in tables:
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _indexes(table: str) -> list[Part]:
    rows = fetch(
        "SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisprimary ORDER BY 2",
        [table],
    )
    return [Part(name, index, definition.replace(" ON ONLY ", " ON ")) for name, index, definition in rows]


def _constraints(table: str, which: str) -> list[Part]:
    return [
        Part(*row)
        for row in fetch(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            f" WHERE {which} AND conparentid = 0 ORDER BY 1, 2",
            [table],
        )
    ]


def _drop(part: Part, kept: list[Part]) -> None:
    execute(f"ALTER TABLE {part.table} DROP CONSTRAINT {part.name}")
    kept.append(part)


def _taken(parts: list[Part], tables: Sequence[str], only: Sequence[str]) -> list[Part]:
    found = [part for part in parts if (not tables or part.table in tables) and (not only or part.name in only)]
    parts[:] = [part for part in parts if part not in found]
    return found
