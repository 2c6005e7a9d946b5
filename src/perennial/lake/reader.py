"""Reading the lake: one instant of all its tables, asked by expressions of Ibis.

    with open_lake() as lake:
        lake.answer(lake.table("record_customers_customer").count())

`events` and `changes` are the logs; every other table shows its rows as they are now. The engine is the one that
`LAKE_ENGINE` names, unless `open_lake` is told. Where it is DuckDB, `lake.sql` asks in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from deltalake import DeltaTable
from django.conf import settings

from perennial.lake.engine import MEMORY
from perennial.lake.engines.contract import Arrow, Engine, NotInSql
from perennial.lake.engines.duckdb import DuckEngine, duckdb_engine
from perennial.lake.engines.spark import spark_engine
from perennial.lake.place import root_url
from perennial.lake.registry import watched_tables

ENGINES: Mapping[str, Callable[[str], AbstractContextManager[Engine]]] = {
    "duckdb": duckdb_engine, "spark": spark_engine,
}  # fmt: skip
_LOGS = {"event": "events", "change": "changes"}


@dataclass(frozen=True, slots=True)
class Lake:
    """Tables that were not exported yet are not there."""

    engine: Engine
    tables: frozenset[str]

    def table(self, name: str) -> ir.Table:
        """ "events", "changes", or a table by its name in the lake."""
        return self.engine.table(name)

    def answer(self, asked: ir.Expr) -> Any:
        """What an expression comes to: the rows of a table, the values of a column, or one value."""
        found = self.engine.arrow(asked)
        return found.as_py() if isinstance(found, pa.Scalar) else found.to_pylist()

    def arrow(self, asked: ir.Expr) -> Arrow:
        """The same in columns, for whoever goes on with many of them."""
        return self.engine.arrow(asked)

    def sql(self, question: str, params: Any = None) -> list[tuple[Any, ...]]:
        """For tests and tools: DuckDB alone is asked in SQL."""
        if not isinstance(self.engine, DuckEngine):
            raise NotInSql(f"{self.engine.name} is asked by expressions. For SQL: open_lake(engine='duckdb').")
        return self.engine.sql(question, params)


@contextmanager
def open_lake(*, memory: str = MEMORY, engine: str = "") -> Iterator[Lake]:
    """`memory` is what DuckDB may take of this process; a cluster's is said in its own settings."""
    root = root_url()
    with ENGINES[engine or settings.LAKE_ENGINE](memory) as opened:
        there = [name for name in names_of_tables() if is_there(f"{root}/{name}")]
        for name in there:
            show(opened, name, DeltaTable(f"{root}/{name}"))
        yield Lake(opened, frozenset(there))


def names_of_tables() -> list[str]:
    """Of the logs and of all tables that the lake follows, whether they were exported yet or not."""
    return [*_LOGS, *watched_tables()]


def is_there(url: str) -> bool:
    return bool(DeltaTable.is_deltatable(url))


def show(engine: Engine, name: str, table: DeltaTable) -> None:
    """Show a table of the lake in an engine, of the version that it is at; once more when it has another."""
    if name in _LOGS:
        engine.show_log(_LOGS[name], table)
    else:
        engine.show_current(name, table, id_column=watched_tables()[name].id_column)
