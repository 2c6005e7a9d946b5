"""The lake in DuckDB, within the process that asks: the engine unless the settings name another."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
from deltalake import DeltaTable

from perennial.lake.engine import new_engine
from perennial.lake.engines.contract import Arrow
from perennial.lake.files import current_rows, scan


@dataclass(frozen=True, slots=True)
class DuckEngine:
    connection: duckdb.DuckDBPyConnection
    backend: Any  # of Ibis, over the same connection
    name: str = "duckdb"
    opened: dict[str, ir.Table] = field(default_factory=dict)  # looking up what columns a table has costs a question

    def show_log(self, shown_as: str, table: DeltaTable) -> None:
        files = scan(self.connection, table, shown_as)
        self.connection.execute(f'CREATE OR REPLACE VIEW "{shown_as}" AS SELECT * FROM {files}')
        self.opened.pop(shown_as, None)

    def show_current(self, shown_as: str, table: DeltaTable, *, id_column: str) -> None:
        rows = current_rows(scan(self.connection, table, shown_as), id_column)
        self.connection.execute(
            f'CREATE OR REPLACE VIEW "{shown_as}" AS SELECT * EXCLUDE (_xid, _removed, _settled) FROM ({rows})'
        )
        self.opened.pop(shown_as, None)

    def table(self, shown_as: str) -> ir.Table:
        if shown_as not in self.opened:
            self.opened[shown_as] = self.backend.table(shown_as)
        return self.opened[shown_as]

    def interrupt(self) -> None:
        self.connection.interrupt()

    def arrow(self, asked: ir.Expr) -> Arrow:
        with _as_it_is():
            found: Arrow = self.backend.to_pyarrow(asked)
        return found

    def sql(self, question: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows, by way of Arrow: on its own DuckDB wants `pytz` for moments."""
        found = self.connection.sql(question, params=params).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


@contextmanager
def _as_it_is() -> Iterator[None]:
    """Ibis makes one SELECT of several that stand in each other, which costs more than a quick question itself; DuckDB
    does that too, in no time."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


@contextmanager
def duckdb_engine(memory: str) -> Iterator[DuckEngine]:
    with tempfile.TemporaryDirectory(prefix="perennial-lake-") as folder, new_engine(memory) as connection:
        connection.execute(f"SET temp_directory = '{folder}'")
        yield DuckEngine(connection, ibis.duckdb.from_connection(connection))
