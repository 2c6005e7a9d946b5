"""The one SELECT behind a list: access, filter, search, order and place, for exactly the columns asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from perennial.conditions.resolver import Me, Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, Condition
from perennial.foundation.errors import Invalid
from perennial.objects.access import me_of, predicate
from perennial.objects.cells import Cell, cell_of, title_column
from perennial.objects.columns import Tables, model_columns
from perennial.objects.cursors import Position
from perennial.objects.fields import LinesType, LinkType
from perennial.objects.fields.ref import RefType
from perennial.objects.matching import CANDIDATES, matches
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Verb

_CASTS = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), "bigint"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "numeric"),
    ColumnType.FLAG: "boolean", ColumnType.MOMENT: "timestamptz", ColumnType.DAY: "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are sorted by; the id breaks ties, in the same direction."""

    sql: str
    cast: str
    is_down: bool
    is_null: bool


@dataclass(slots=True)
class Selection:
    """A SELECT under construction."""

    tables: Tables
    tests: list[Sql]
    cells: list[Cell]
    found: Sql | None = None  # what a search finds: the rows that the tables then begin with

    @property
    def fixed(self) -> str:
        """Of every row: id, version, title."""
        alias = self.tables.alias
        return f"{alias}.id, {alias}.version, {title_column(self.tables.kind, alias)}"

    def statement(self, columns: str, *, also: Sequence[Sql] = (), tail: str = "") -> Sql:
        return self.with_found(self.part(columns, also=also, tail=tail))

    def with_found(self, statement: Sql) -> Sql:
        """A statement over the rows found; they are found once, however often it names them."""
        if self.found is None:
            return statement
        return Sql(
            f"WITH found AS MATERIALIZED ({self.found.text}) {statement.text}", (*self.found.params, *statement.params)
        )

    def part(self, columns: str, *, also: Sequence[Sql] = (), tail: str = "") -> Sql:
        tests = [test for test in (*self.tests, *also) if test.text != "TRUE"]
        source = self.tables.sql()
        where = " AND ".join(f"({test.text})" for test in tests) or "TRUE"
        return Sql(
            f"SELECT {columns} FROM {source.text} WHERE {where}{tail}",
            (*source.params, *(param for test in tests for param in test.params)),
        )

    def columns(self) -> str:
        return ", ".join(sql for cell in self.cells for sql in cell.sql)


def selection(
    kind: ObjectType,
    *,
    by: Actor,
    verb: Verb,
    where: Condition = TRUE,
    columns: Sequence[str] = (),
    search: str = "",
    with_deleted: bool = False,
    most_found: int | None = CANDIDATES,
) -> Selection:
    """The rows that the actor may use the verb on, that match, and that the text finds: at most `most_found`, for a
    word that half of all records have is no question."""
    me = me_of(by, where, predicate(kind, by=by, verb=verb), predicate(kind, by=by, verb="view"))
    found = _found(kind, by=by, verb=verb, search=search, me=me, most=most_found) if search.strip() else None
    tables = Tables(kind, by, me, source="found" if found is not None else "")
    tests = [tables.where(where, is_trusted=False)]
    if found is None:
        tests.insert(0, tables.alive(by=by, verb=verb, with_deleted=with_deleted))
    return Selection(tables, tests, [cell_of(tables, key) for key in columns], found)


def cells_only(tables: Tables, columns: Sequence[str]) -> Selection:
    """What rows show that something else has chosen, for the same actor."""
    own = Tables(tables.kind, tables.by, tables.me, "c")
    return Selection(own, [], [cell_of(own, key) for key in columns])


def order_of(tables: Tables, sort: str) -> Order:
    """The order that "name" or "-fact:room.name" asks for."""
    key, kind = sort.removeprefix("-"), tables.kind
    is_down = sort.startswith("-")
    declared = field_of(kind, key)
    if declared is not None and not declared.is_sortable:
        raise Invalid({"sort": _("This list cannot be sorted by %(field)s.") % {"field": declared.label}})
    place = tables.place(key)
    if isinstance(place.type, LinesType):
        raise Invalid({"sort": _("This list cannot be sorted by this column.")})
    if key == kind.title and "sort_key" in model_columns(kind.model):
        return Order(f"{tables.alias}.sort_key", "text", is_down, is_null=False)
    if isinstance(place.type, RefType):
        target = object_types[place.type.object_key]
        if "sort_key" in model_columns(target.model):
            _target, alias = tables.follow(place.sql, place.type.object_key, is_trusted=False)
            return Order(f"{alias}.sort_key", "text", is_down, is_null=True)
    if isinstance(place.type, LinkType):
        return Order(tables.title_of(place), "text", is_down, is_null=True)
    return Order(place.sql, _CASTS.get(place.type.column, "text"), is_down, place.is_null)


def page_statement(chosen: Selection, order: Order, cells: Selection, *, limit: int, after: Position | None) -> Sql:
    """The next `limit` rows: first which, by `chosen` and `order`, then what they show, by `cells`, so that joins are
    made for the rows of the page alone."""
    alias = cells.tables.alias
    keys = _keys_statement(chosen, order, limit=limit, after=after)
    columns = ", ".join(part for part in (cells.fixed, "k.sort::text", cells.columns()) if part)
    joins = cells.tables.joins
    source = f'({keys.text}) k JOIN "{cells.tables.kind.table}" {alias} ON {alias}.id = k.id'
    way = "DESC" if order.is_down else "ASC"
    source = " ".join([source, *(join.text for join in joins)])
    return chosen.with_found(
        Sql(
            f"SELECT {columns} FROM {source} ORDER BY k.branch, k.sort {way}, k.id {way}",
            (*keys.params, *(param for join in joins for param in join.params)),
        )
    )


def _keys_statement(chosen: Selection, order: Order, *, limit: int, after: Position | None) -> Sql:
    """The ids of a page. Rows without a sort value come last, in both directions, in a second branch: an index on the
    column gives each branch its order, which NULLS LAST in one ORDER BY would not when sorting down."""
    way, sign = ("DESC", "<") if order.is_down else ("ASC", ">")
    alias = chosen.tables.alias
    filled = [Sql(f"{order.sql} IS NOT NULL")] if order.is_null else []
    if after is not None and after.value is not None:
        filled.append(Sql(f"({order.sql}, {alias}.id) {sign} (%s::{order.cast}, %s)", (after.value, after.id)))
    branches = []
    if after is None or after.value is not None or not order.is_null:
        tail = f" ORDER BY {order.sql} {way}, {alias}.id {way} LIMIT {int(limit)}"
        if order.sql == f'{alias}."id"':
            tail = f" ORDER BY {alias}.id {way} LIMIT {int(limit)}"
        branches.append(chosen.part(f"{alias}.id, {order.sql} AS sort, 1 AS branch", also=filled, tail=tail))
    if order.is_null:
        empty = [Sql(f"{order.sql} IS NULL")]
        if after is not None and after.value is None:
            empty.append(Sql(f"{alias}.id {sign} %s", (after.id,)))
        tail = f" ORDER BY {alias}.id {way} LIMIT {int(limit)}"
        branches.append(chosen.part(f"{alias}.id, {order.sql} AS sort, 2 AS branch", also=empty, tail=tail))
    if len(branches) == 1:
        return branches[0]
    text = " UNION ALL ".join(f"({branch.text})" for branch in branches)
    return Sql(f"{text} LIMIT {int(limit)}", tuple(param for branch in branches for param in branch.params))


def _found(kind: ObjectType, *, by: Actor, verb: Verb, search: str, me: Me, most: int | None) -> Sql | None:
    """The rows that a text finds, and that the actor may use the verb on. None when it says nothing."""
    if not (kind.search and "grams" in model_columns(kind.model)):
        return Sql(f'SELECT * FROM "{kind.table}" WHERE FALSE')
    inner = Tables(kind, by, me, "s")
    found = matches(search, inner.alias, table=kind.table)
    if found is None:
        return None
    alive = inner.alive(by=by, verb=verb)
    source = inner.sql()
    limit = "" if most is None else f" LIMIT {most}"
    return Sql(
        f"SELECT {inner.alias}.* FROM {source.text} WHERE ({found.text}) AND ({alive.text}){limit}",
        (*source.params, *found.params, *alive.params),
    )
