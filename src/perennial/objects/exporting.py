"""A list as a CSV file, streamed: PostgreSQL writes the lines itself, so that a million rows need no memory here.

Text that a spreadsheet would take for a formula gets an apostrophe in front, which importing takes away again. Each
export leaves a run that says who took what, and how much, out of the house.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from perennial.conditions.resolver import Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.text import to_text
from perennial.conditions.tree import TRUE, Condition
from perennial.foundation import sql
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.ids import uuid7
from perennial.objects.access import widest_reach
from perennial.objects.actions import Run
from perennial.objects.cells import text_of
from perennial.objects.columns import Tables
from perennial.objects.field_rights import hidden
from perennial.objects.fields import LinesType, LinkType, MoneyType
from perennial.objects.ordering import order_by, orders_of
from perennial.objects.record_fields import field_of
from perennial.objects.schema import column_of, columns_asked
from perennial.objects.statements import Selection, selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_BLOCK = 64 * 1024
_FORMULA = "^[=+@\\t\\r-]"  # what makes a spreadsheet calculate
_BOM = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
_TEXTS = frozenset({ColumnType.TEXT, ColumnType.CHOICE, ColumnType.REF, ColumnType.MEMBER, ColumnType.TEAM})


def csv_rows(
    kind: ObjectType,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    search: str = "",
    sort: str | None = None,
) -> Iterator[bytes]:
    """The file in blocks. Refuses before the first one; without `columns` it has the id and every field."""
    if widest_reach(kind, by=by, verb="export") is Reach.NONE:
        raise Forbidden if widest_reach(kind, by=by, verb="view") > Reach.NONE else NotFound
    keys = exported_columns(kind, by=by) if columns is None else columns_asked(kind, columns, by=by)
    chosen = selection(kind, by=by, verb="export", where=where, search=search, most_found=None)
    statement = _statement(chosen, keys, sort)
    run = Run(next_run_id(), uuid7())
    keep_run(
        run,
        "export",
        kind.key,
        by=by,
        input={"columns": keys, "where": "" if where == TRUE else to_text(where), "search": search[:200]},
    )
    return _blocks(_heading(kind, keys), statement, run.id)


def exported_columns(kind: ObjectType, *, by: Actor) -> list[str]:
    """The id, then every declared field that fits a cell and that the actor may read."""
    gone = hidden(kind, by) | {"id"}
    return ["id", *(each.key for each in kind.fields if each.key not in gone and not isinstance(each.type, LinesType))]


def _blocks(heading: bytes, statement: Sql, run_id: int) -> Iterator[bytes]:
    yield _BOM + heading
    block = bytearray()
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.cursor.copy(f"COPY ({statement.text}) TO STDOUT (FORMAT csv)", statement.params) as copy:
            for part in copy:
                block += part
                if len(block) >= _BLOCK:
                    yield bytes(block)
                    block.clear()
        count = cursor.cursor.rowcount
    if block:
        yield bytes(block)
    sql.execute("UPDATE objects_run SET done = %s WHERE id = %s", [count, run_id])


def _statement(chosen: Selection, keys: Sequence[str], sort: str | None) -> Sql:
    expressions = [_cell(chosen.tables, key) for key in keys]
    alias = chosen.tables.alias
    tail = f" ORDER BY {alias}.id"
    if sort is not None:
        tail = order_by(orders_of(chosen.tables, sort), alias)
    return chosen.statement(", ".join(expressions), tail=tail)


def _cell(tables: Tables, key: str) -> str:
    text, place = text_of(tables, key)
    type = place.type
    if isinstance(type, MoneyType) and type.currency:
        beside = field_of(place.kind, type.currency)
        currency = sql_of(beside, place.alias) if beside else f'{place.alias}."{type.currency}"'
        return f"trim_scale({place.sql})::text || ' ' || {currency}"
    if type.column in (ColumnType.MONEY, ColumnType.NUMBER):
        return f"trim_scale(({place.sql})::numeric)::text"
    if isinstance(type, LinkType) or type.column in _TEXTS:
        return f"CASE WHEN {text} ~ '{_FORMULA}' THEN '''' || {text} ELSE {text} END"
    return text


def _heading(kind: ObjectType, keys: Sequence[str]) -> bytes:
    out = io.StringIO()
    named = [column_of(kind, key) for key in keys]
    csv.writer(out, lineterminator="\n").writerow(
        ["id" if key == "id" else str(each[0]) if each else key for key, each in zip(keys, named, strict=True)]
    )
    return out.getvalue().encode()
