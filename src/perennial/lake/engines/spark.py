"""The lake in Spark: on one machine, or on a cluster whose workers all reach the files of the lake.

Spark is given the list of Parquet files that the Delta log names, so that it needs no library for Delta. Looking at
files costs it a moment for each table: a table is shown to it when somebody asks for it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from deltalake import DeltaTable

from perennial.lake.engines.contract import Arrow
from perennial.lake.engines.spark_session import new_session
from perennial.lake.engines.spark_sql import COMPILER
from perennial.lake.files import local_path

_PATTERN = re.compile(r"([\\{}\[\]*?])")  # Spark takes paths for patterns
_OF_VERSIONS = frozenset({"_xid", "_removed", "_settled"})


class _Shown(NamedTuple):
    table: DeltaTable
    id_column: str | None


@dataclass(frozen=True, slots=True)
class SparkEngine:
    session: Any
    backend: Any
    name: str = "spark"
    shown: dict[str, _Shown] = field(default_factory=dict)
    opened: dict[str, ir.Table] = field(default_factory=dict)

    def show_log(self, shown_as: str, table: DeltaTable) -> None:
        self._show(shown_as, _Shown(table, None))

    def show_current(self, shown_as: str, table: DeltaTable, *, id_column: str) -> None:
        self._show(shown_as, _Shown(table, id_column))

    def table(self, shown_as: str) -> ir.Table:
        if shown_as not in self.opened:
            self.opened[shown_as] = self._open(shown_as, *self.shown[shown_as])
        return self.opened[shown_as]

    def interrupt(self) -> None:
        self.session.sparkContext.cancelAllJobs()

    def arrow(self, asked: ir.Expr) -> Arrow:
        """Straight to Arrow: the way of Ibis is by pandas, where a whole number with gaps becomes a float."""
        table = asked.as_table()
        self.backend._run_pre_execute_hooks(table)
        rows = self.session.sql(self.backend.compile(table)).toArrow()
        found: Arrow = asked.__pyarrow_result__(rows.cast(table.schema().to_pyarrow()))
        return found

    def _show(self, shown_as: str, shown: _Shown) -> None:
        self.shown[shown_as] = shown
        self.opened.pop(shown_as, None)  # it may have been shown before, with fewer files

    def _open(self, shown_as: str, table: DeltaTable, id_column: str | None) -> ir.Table:
        schema = pa.schema(table.schema().to_arrow())
        self._read(table, schema).createOrReplaceTempView(f"{shown_as}_files" if id_column else shown_as)
        if id_column:
            columns = [name for name in schema.names if name not in _OF_VERSIONS]
            self.session.sql(_current_rows(shown_as, columns, id_column)).createOrReplaceTempView(shown_as)
            schema = pa.schema([schema.field(name) for name in columns])
        # Asked for the schema, Ibis would say that a moment has no zone.
        bound = ops.DatabaseTable(shown_as, schema=ibis.Schema.from_pyarrow(schema), source=self.backend)
        opened: ir.Table = bound.to_expr()
        return opened

    def _read(self, table: DeltaTable, schema: pa.Schema) -> Any:
        """Files from before a column was made do not have it: Spark is told all columns, and takes NULL."""
        shape = _shape(schema)
        files = [_path(uri) for uri in table.file_uris()]
        return self.session.read.schema(shape).parquet(*files) if files else self.session.createDataFrame([], shape)


@contextmanager
def spark_engine(_memory: str) -> Iterator[SparkEngine]:
    """The memory that Spark takes is said in its own settings."""
    session = new_session()
    backend = ibis.pyspark.connect(session)
    backend.compiler = COMPILER
    yield SparkEngine(session, backend)


def _current_rows(shown_as: str, columns: list[str], id_column: str) -> str:
    """As `files.current_rows` says it for DuckDB. Ids are never NULL, so that a join may find who is not there."""
    files, key = _quoted(f"{shown_as}_files"), _quoted(id_column)
    listed = ", ".join(_quoted(name) for name in columns)
    return f"""
        WITH fresh AS (
            SELECT * FROM (
                SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY _xid DESC) AS _nth FROM {files}
                WHERE NOT _settled
            ) WHERE _nth = 1
        )
        SELECT {listed} FROM {files} AS kept LEFT ANTI JOIN fresh ON kept.{key} = fresh.{key} WHERE _settled
        UNION ALL SELECT {listed} FROM fresh WHERE NOT _removed"""


def _shape(schema: pa.Schema) -> str:
    types = ibis.Schema.from_pyarrow(schema).items()
    return ", ".join(
        f"{_quoted(name)} {COMPILER.type_mapper.to_string(type.copy(nullable=True))}" for name, type in types
    )


def _path(uri: str) -> str:
    place = urlsplit(uri)
    if place.scheme in ("", "file"):
        return _PATTERN.sub(r"\\\1", local_path(uri))
    return uri.replace("s3://", "s3a://", 1) if place.scheme == "s3" else uri  # as Hadoop's library calls it


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
