"""The same world put into PostgreSQL and into DuckDB, and asked there."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any as Anything

import ibis
import pyarrow as pa

from perennial.conditions.lake import LakeColumn, LakeEvents, compile_ibis
from perennial.conditions.postgres import compile_condition, json_column
from perennial.conditions.resolver import Column, EventSource, Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.tests.world import FIELDS, ME, NOW, PROPERTIES, ZONE, Happened, Row
from perennial.conditions.tree import Condition
from perennial.foundation import sql

T = ColumnType
_TYPES = {
    T.TEXT: ("text", "string"), T.WHOLE: ("integer", "int64"), T.NUMBER: ("numeric", "decimal(18,4)"),
    T.MONEY: ("numeric(18,4)", "decimal(18,4)"), T.FLAG: ("boolean", "boolean"),
    T.MOMENT: ("timestamptz", "timestamp('UTC')"), T.DAY: ("date", "date"), T.CHOICE: ("varchar(20)", "string"),
    T.MEMBER: ("bigint", "int64"), T.TEAM: ("bigint", "int64"), T.REF: ("bigint", "int64"),
    T.LIST: ("text[]", "array<string>"), T.REFS: ("bigint[]", "array<int64>"), T.TIME: ("text", "string"),
}  # fmt: skip


class Postgres:
    """Resolver over two temporary tables; the properties of events are JSON, as in the timeline."""

    def __init__(self, rows: list[Row], events: list[Happened]) -> None:
        columns = ", ".join(f"{key} {_TYPES[type][0]}" for key, type in FIELDS.items())
        sql.execute("DROP TABLE IF EXISTS r, e")
        sql.execute(f"CREATE TEMPORARY TABLE r (id bigint, as_of timestamptz, {columns})")
        columns = "id bigint, record bigint, type text, occurred_at timestamptz, properties jsonb"
        sql.execute(f"CREATE TEMPORARY TABLE e ({columns})")
        sql.copy_rows("r", ["id", "as_of", *FIELDS], [(row.id, row.as_of, *row.values.values()) for row in rows])
        sql.copy_rows(
            "e", ["id", "record", "type", "occurred_at", "properties"],
            [(e.id, e.record, e.type, e.at, sql.json({k: plain(v) for k, v in e.properties.items()})) for e in events],
        )  # fmt: skip

    def column(self, field: str) -> Column:
        return Column(f"r.{field}", (), FIELDS[field])

    def events(self) -> EventSource:
        return EventSource(
            relation=Sql("e"),
            matches=Sql("e.record = r.id"),
            property=lambda event, key: json_column("e.properties", key, PROPERTIES[key]),
        )

    def matching(self, condition: Condition, *, by_row: bool) -> list[int]:
        as_of = Sql("r.as_of") if by_row else NOW
        text, params = compile_condition(condition, self, as_of=as_of, me=ME, zone=ZONE)
        return [id for (id,) in sql.fetch(f"SELECT r.id FROM r WHERE {text} ORDER BY r.id", params)]


def plain(value: Anything) -> Anything:
    match value:
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat()
    return value


class Lake:
    """Resolver over two tables of DuckDB with typed columns, as in the lake."""

    def __init__(self, connection: Anything, rows: list[Row], events: list[Happened]) -> None:
        self.connection = connection
        types = {"id": "int64", "as_of": "timestamp('UTC')", **{key: _TYPES[type][1] for key, type in FIELDS.items()}}
        self.rows = self._table("r", types, [{"id": row.id, "as_of": row.as_of, **row.values} for row in rows])
        types = {"id": "int64", "record": "int64", "type": "string", "at": "timestamp('UTC')"}
        types |= {key: _TYPES[type][1] for key, type in PROPERTIES.items()}
        happened = [{"id": e.id, "record": e.record, "type": e.type, "at": e.at, **e.properties} for e in events]
        self.happened = self._table("e", types, happened)

    def _table(self, name: str, types: dict[str, str], records: list[dict[str, Anything]]) -> Anything:
        schema = ibis.schema(types)
        data = pa.Table.from_pylist(records, schema=schema.to_pyarrow())
        self.connection.con.register("incoming", data)
        self.connection.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
        return self.connection.table(name)

    def column(self, field: str) -> LakeColumn:
        return LakeColumn(self.rows[field], FIELDS[field])

    def events(self) -> LakeEvents:
        e = self.happened
        return LakeEvents(
            rows=self.rows, key=self.rows["id"], table=e, record=e["record"], type=e["type"], occurred_at=e["at"],
            id=e["id"], property=lambda event, key: LakeColumn(e[key], PROPERTIES[key]),
        )  # fmt: skip

    def matching(self, condition: Condition, *, by_row: bool) -> list[int]:
        as_of = self.rows["as_of"] if by_row else NOW
        test = compile_ibis(condition, self, as_of=as_of, me=ME, zone=ZONE)
        found = self.rows.filter(test).select("id").order_by("id")
        return list(self.connection.to_pyarrow(found)["id"].to_pylist())
