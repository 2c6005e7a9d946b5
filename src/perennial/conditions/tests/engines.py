"""The same world put into PostgreSQL and into the lake's engine, and asked there.

Each engine is given a `World` and answers `matching`. Another engine of the lake is a `Lake` with tables of its own: it
needs a backend of Ibis, and `put`, which makes a table of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any as Anything

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from perennial.conditions.lake import LakeChanges, LakeColumn, LakeEvents, LakeRelation, compile_ibis
from perennial.conditions.postgres import compile_condition, json_column
from perennial.conditions.resolver import ChangeSource, Column, EventSource, RelationSource, Resolver, Sql, json_value
from perennial.conditions.schema import ColumnType
from perennial.conditions.tests.world import FIELDS, ME, NOW, PROPERTIES, RELATED, ZONE, World
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
_OWN = {"r": FIELDS, "orders": RELATED, "groups": RELATED}
_EACH = {"id": T.WHOLE, "of": T.TEXT, "record": T.WHOLE, "at": T.MOMENT}
_LAKE_CHANGES = {**FIELDS, **RELATED}


def tables(world: World) -> dict[str, tuple[dict[str, ColumnType], list[dict[str, Anything]]]]:
    """The tables of the world, as columns and records."""
    events = [
        {"id": e.id, "of": e.of, "record": e.record, "at": e.at, "type": e.type, "properties": e.properties}
        for e in world.events
    ]
    return {
        "r": (
            {"id": T.WHOLE, "as_of": T.MOMENT, **FIELDS},
            [{"id": r.id, "as_of": r.as_of, **r.values} for r in world.rows],
        ),
        "profile": ({"id": T.WHOLE, "row": T.WHOLE}, [{"id": id, "row": row} for id, row in world.whose.items()]),
        "e": ({**_EACH, "type": T.TEXT}, events),
        **{
            relation: (
                {"id": T.WHOLE, "of": T.TEXT, "records": T.REFS, "since": T.MOMENT, **RELATED},
                [
                    {"id": x.id, "of": x.of, "records": x.records, "since": x.since, **x.values}
                    for x in world.related
                    if x.relation == relation
                ],
            )
            for relation in ("orders", "groups")
        },
        "stay": (
            {"segment": T.TEXT, "of": T.TEXT, "record": T.WHOLE, "entered_at": T.MOMENT, "left_at": T.MOMENT},
            [vars(stay) for stay in world.stays],
        ),
        "h": (_EACH, [vars(change) for change in world.changes]),
    }


def plain(value: Anything) -> Anything:
    match value:
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat()
    return value


class Postgres:
    """Temporary tables; properties of events and values of changes are JSON, as in the logs."""

    def __init__(self, world: World) -> None:
        json = {
            "e": ("properties", [{k: plain(v) for k, v in e.properties.items()} for e in world.events]),
            "h": (
                "values",
                [{k: [plain(old), plain(new)] for k, (old, new) in c.values.items()} for c in world.changes],
            ),
        }
        for name, (types, records) in tables(world).items():
            document, documents = json.get(name, ("", []))
            columns = [f'"{key}" {_TYPES[type][0].replace("integer", "bigint")}' for key, type in types.items()]
            columns += [f'"{document}" jsonb'] if document else []
            sql.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            sql.execute(f"CREATE TEMPORARY TABLE {name} ({', '.join(columns)})")
            rows = [tuple(record[key] for key in types) for record in records]
            if document:
                rows = [(*row, sql.json(each)) for row, each in zip(rows, documents, strict=True)]
            sql.copy_rows(name, [*types, *([document] if document else [])], rows)

    @staticmethod
    def resolver() -> Resolver:
        return _Rows("r", "r")

    def matching(self, condition: Condition, *, by_row: bool = False, is_now: bool = False) -> list[int]:
        as_of = Sql("r.as_of") if by_row else None if is_now else NOW
        text, params = compile_condition(condition, self.resolver(), as_of=as_of, me=ME, zone=ZONE)
        return [id for (id,) in sql.fetch(f"SELECT r.id FROM r WHERE {text} ORDER BY r.id", params)]


@dataclass(frozen=True)
class _Rows(Resolver):
    """Resolver for the rows, or for related records, whatever refers to them."""

    of: str
    alias: str

    def column(self, field: str) -> Column:
        return Column(f'{self.alias}."{field}"', (), _OWN[self.of][field])

    def events(self) -> EventSource:
        is_row = self.of == "r"
        return EventSource(
            relation=Sql("e JOIN profile p ON p.id = e.record" if is_row else "e"),
            matches=Sql(f"e.of = %s AND {'p.row' if is_row else 'e.record'} = {self.alias}.id", (self.of,)),
            property=lambda event, key: json_column("e.properties", key, PROPERTIES[key]),
            occurred_at="e.at",
        )

    def relation(self, key: str) -> RelationSource:
        alias = f"{self.alias}x"
        matches = Sql(f"{alias}.of = %s AND {alias}.records @> ARRAY[{self.alias}.id]", (self.of,))
        return RelationSource(
            _Rows(key, alias), lambda: Sql(f"{key} {alias}"), matches, f"{alias}.since", f"{alias}.id"
        )

    def member(self, segment: str, as_of: Sql | None) -> Sql:
        text = f"SELECT 1 FROM stay s WHERE s.segment = %s AND s.of = %s AND s.record = {self.alias}.id"
        if as_of is None:
            return Sql(f"EXISTS ({text} AND s.left_at IS NULL)", (segment, self.of))
        then = f"s.entered_at <= {as_of.text} AND (s.left_at IS NULL OR s.left_at > {as_of.text})"
        return Sql(f"EXISTS ({text} AND {then})", (segment, self.of, *as_of.params, *as_of.params))

    def changes(self, field: str) -> ChangeSource:
        type = _OWN[self.of][field]
        old, new = (json_value(f'(h."values"->%s->{i})', f'(h."values"->%s->>{i})', field, type) for i in (0, 1))
        matches = Sql(f'h.of = %s AND h.record = {self.alias}.id AND h."values" ? %s', (self.of, field))
        return ChangeSource(Sql("h"), matches, old, new, "h.at")


@dataclass
class Lake:
    """Typed columns throughout, as in the lake. `put` makes a table of the backend of Arrow's data."""

    backend: Anything
    put: Callable[[str, pa.Table], ir.Table]
    made: dict[str, ir.Table] = field(default_factory=dict)

    def load(self, world: World) -> Lake:
        for name, (columns, records) in tables(world).items():
            types, rows = {key: _TYPES[type][1] for key, type in columns.items()}, records
            if name == "e":
                types |= {key: _TYPES[type][1] for key, type in PROPERTIES.items()}
                rows = [{**record, **record["properties"]} for record in records]
            if name == "h":
                continue
            self._make(name, types, rows)
        for key, type in _LAKE_CHANGES.items():
            ends = [
                {**vars(c), "old": c.values[key][0], "new": c.values[key][1]} for c in world.changes if key in c.values
            ]
            types = {name: _TYPES[each][1] for name, each in {**_EACH, "old": type, "new": type}.items()}
            self._make(f"h_{key}", types, ends)
        return self

    def _make(self, name: str, types: dict[str, str], rows: list[dict[str, Anything]]) -> None:
        schema = ibis.schema(types)
        named = [{key: row[key] for key in types} for row in rows]
        self.made[name] = self.put(name, pa.Table.from_pylist(named, schema=schema.to_pyarrow()))

    def matching(self, condition: Condition, *, by_row: bool = False, is_now: bool = False) -> list[int]:
        test = self.test(condition, by_row=by_row, is_now=is_now)
        found = self.made["r"].filter(test).select("id").order_by("id")
        return list(self.backend.to_pyarrow(found)["id"].to_pylist())

    def test(self, condition: Condition, *, by_row: bool = False, is_now: bool = False) -> ir.BooleanValue:
        rows = self.made["r"]
        as_of = rows["as_of"] if by_row else None if is_now else NOW
        return compile_ibis(condition, _LakeRows(self.made, "r", rows), as_of=as_of, me=ME, zone=ZONE)


def duckdb() -> Lake:
    backend = ibis.duckdb.connect()

    def put(name: str, data: pa.Table) -> ir.Table:
        backend.con.register("incoming", data)
        backend.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
        found: ir.Table = backend.table(name)
        return found

    return Lake(backend, put)


@dataclass(frozen=True)
class _LakeRows:
    made: dict[str, ir.Table]
    of: str
    rows: ir.Table

    def column(self, field: str) -> LakeColumn:
        return LakeColumn(self.rows[field], _OWN[self.of][field])

    def key(self) -> tuple[ir.Table, ir.Value]:
        return self.rows, self.rows["id"]

    def events(self, type: str, properties: Iterable[str]) -> LakeEvents:
        e = self.made["e"]
        e = e.filter([e["of"] == self.of, e["type"] == type])
        if self.of == "r":
            whose = self.made["profile"].rename(profile="id")
            e = e.join(whose, e["record"] == whose["profile"]).drop("record").rename(record="row")
        known = {key: LakeColumn(e[key], PROPERTIES[key]) for key in properties}
        return LakeEvents(table=e, record=e["record"], occurred_at=e["at"], id=e["id"], properties=known)

    def relation(self, key: str, where: Condition, fields: tuple[str, ...]) -> LakeRelation:
        table = self.made[key]
        table = table.filter(table["of"] == self.of)
        table = table.mutate(related_to=table["records"].unnest())
        return LakeRelation(table, "related_to", "since", "id", lambda rows: _LakeRows(self.made, key, rows))

    def stays(self, segment: str) -> ir.Table:
        stays = self.made["stay"]
        return stays.filter([stays["of"] == self.of, stays["segment"] == segment])

    def changes(self, field: str) -> LakeChanges:
        log = self.made[f"h_{field}"]
        return LakeChanges(log.filter(log["of"] == self.of), _OWN[self.of][field])
