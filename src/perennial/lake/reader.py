"""Reading the lake: one instant of all its tables, asked in SQL or as Ibis tables.

    with open_lake() as lake:
        lake.sql("SELECT type, count(*) FROM events GROUP BY 1")
        lake.answer(lake.table("record_customers_customer").count())

`events` and `changes` are the logs; every other table shows its rows as they are now.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from deltalake import DeltaTable

from perennial.lake.engine import MEMORY, new_engine
from perennial.lake.files import current_rows, scan
from perennial.lake.place import root_url
from perennial.lake.registry import watched_tables

_LOGS = {"event": "events", "change": "changes"}


@dataclass(frozen=True, slots=True)
class Lake:
    """Tables that were not exported yet are not there."""

    engine: duckdb.DuckDBPyConnection
    ibis: Any  # the backend of Ibis over the same connection
    tables: frozenset[str]

    def sql(self, question: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows, by way of Arrow: on its own DuckDB wants `pytz` for moments."""
        found = self.engine.sql(question, params=params).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def answer(self, asked: Any) -> Any:
        """What an Ibis expression comes to: the rows of a table, the values of a column, or one value."""
        found = self.ibis.to_pyarrow(asked)
        return found.as_py() if isinstance(found, pa.Scalar) else found.to_pylist()

    def table(self, name: str) -> ir.Table:
        """ "events", "changes", or a table by its name in the lake."""
        found: ir.Table = self.ibis.table(name)
        return found


@contextmanager
def open_lake(*, memory: str = MEMORY) -> Iterator[Lake]:
    root = root_url()
    with tempfile.TemporaryDirectory(prefix="perennial-lake-") as folder, new_engine(memory) as engine:
        engine.execute(f"SET temp_directory = '{folder}'")
        names = {name for name in (*_LOGS, *watched_tables()) if _view(engine, f"{root}/{name}", name)}
        yield Lake(engine, ibis.duckdb.from_connection(engine), frozenset(names))


def _view(engine: duckdb.DuckDBPyConnection, url: str, name: str) -> bool:
    if not DeltaTable.is_deltatable(url):
        return False
    files = scan(engine, DeltaTable(url), name)
    if name in _LOGS:
        engine.execute(f'CREATE VIEW "{_LOGS[name]}" AS SELECT * FROM {files}')
        return True
    id_column = watched_tables()[name].id_column
    engine.execute(
        f'CREATE VIEW "{name}" AS SELECT * EXCLUDE (_xid, _removed, _settled) FROM ({current_rows(files, id_column)})'
    )
    return True
