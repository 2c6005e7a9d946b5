"""Counting and measuring rows that belong to the record: events, related records. The same for every clause that does.

The rows of PostgreSQL are a text from FROM to the end of WHERE; those of the lake a table with the columns `record`,
`at`, `id`, perhaps `measured`, and `asked_at` where the instant asked for differs by row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from perennial.conditions.core import made_of_nothing
from perennial.conditions.nodes import Bound, How, Op, Value
from perennial.conditions.resolver import CASTS, Column, Sql
from perennial.conditions.schema import MANY, measured_type

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.lake import LakeColumn, LakeFrame


def so_often(rows: Sql, times: Bound) -> Sql:
    """Whether there are so many; no more of them are looked at than it takes to know."""
    text, params = rows
    low, high = times.at_least or 0, times.at_most
    if times == Bound(at_least=1):
        return Sql(f"EXISTS (SELECT 1 {text})", params)
    if high == 0:
        return Sql(f"NOT EXISTS (SELECT 1 {text})", params)
    enough = low if high is None else high + 1
    count = f"(SELECT count(*) FROM (SELECT 1 {text} LIMIT %s) AS few)"
    if high is None:
        return Sql(f"{count} >= %s", (*params, enough, low))
    return Sql(f"{count} BETWEEN %s AND %s", (*params, enough, low, high))


def made_of(rows: Sql, item: Column, how: How, *, at: str, id: str) -> Column:
    """The one value. First and last go by `at`, then by `id`."""
    text, params = rows
    type = measured_type(how, item.type)
    if how in (How.FIRST, How.LAST):
        way = "ASC" if how is How.FIRST else "DESC"
        value = f"(SELECT {item.sql} {text} AND {item.sql} IS NOT NULL ORDER BY {at} {way}, {id} {way} LIMIT 1)"
        if type in MANY:  # ANY of a bare subquery would be of its rows
            value = f"({value}::{CASTS[type]}[])"
        return Column(value, (*item.params, *params, *item.params), type)
    made = {
        How.COUNT: f"count({item.sql})",
        How.SUM: f"coalesce(sum({item.sql}), 0)",
        How.AVERAGE: f"round(avg({item.sql})::numeric, 6)",
    }[how]
    return Column(f"(SELECT {made} {text})", (*item.params, *params), type)


def lake_so_often(frame: LakeFrame, rows: ir.Table, times: Bound) -> ir.BooleanValue:
    """Whether there is one at all is not counted: a semi-join or its opposite, which every engine does best."""
    low, high = times.at_least or 0, times.at_most
    if low == 1 and high is None:
        return frame.among(rows)
    if high == 0:
        return ~frame.among(rows)
    groups = _grouped(frame, rows, lambda table: table.count())
    if high is None:
        return frame.among(groups.filter(groups.made >= low))
    if not low:
        return ~frame.among(groups.filter(groups.made > high))
    return frame.among(groups.filter(groups.made.between(low, high)))


def lake_made(frame: LakeFrame, rows: ir.Table, item: LakeColumn, how: How, op: Op, value: Value) -> ir.BooleanValue:
    """Whether the value made of the column `measured` of the rows, which is an `item`, holds."""
    rows = rows.filter(rows.measured.notnull())
    groups = _grouped(frame, rows, lambda table: _made(how, table))
    type = measured_type(how, item.type)
    on = frame.at(groups)
    answer = on.compare(op, value, item._replace(expr=groups.made, type=type)).fill_null(False)
    if made_of_nothing(how, op, value, type, me=frame.me, zone=frame.zone):
        return ~frame.among(groups.filter(~answer))  # true for the records that have none at all
    return frame.among(groups.filter(answer))


def _grouped(frame: LakeFrame, rows: ir.Table, made: Callable[[ir.Table], ir.Value]) -> ir.Table:
    return rows.group_by(["record", "asked_at"] if frame.by_row else ["record"]).aggregate(made=made)


def _made(how: How, rows: ir.Table) -> ir.Value:
    value = rows.measured
    match how:
        case How.COUNT:
            return value.count()
        case How.SUM:  # room on both sides of the point for any number that may be asked
            return value.sum().cast("decimal(38, 10)") if value.type().is_decimal() else value.sum()
        case How.AVERAGE:
            return value.mean().round(6)
        case How.FIRST:
            return value.first(order_by=[rows["at"], rows["id"]])
        case How.LAST:
            return value.first(order_by=[rows["at"].desc(), rows["id"].desc()])
