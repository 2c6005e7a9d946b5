"""What the operators of `core` are in PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from perennial.conditions.clauses.compare import Compare
from perennial.conditions.nodes import Condition, Op, Value
from perennial.conditions.resolver import CASTS, Column, Sql
from perennial.conditions.schema import MANY, ColumnType
from perennial.foundation.text import fold, grams

if TYPE_CHECKING:
    from perennial.conditions.postgres import Frame

_SIGNS = {Op.EQ: "=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


def core_sql(clause: Condition, column: Column, frame: Frame) -> Sql:
    assert isinstance(clause, Compare)
    sql, params, type, _grams, is_never_blank = column
    value, cast = clause.value, CASTS[type]
    match clause.op:
        case Op.EMPTY if type in MANY:
            return Sql(f"coalesce(cardinality({sql}), 0) = 0", params)
        case Op.EMPTY if cast == "text" and not is_never_blank:
            return Sql(f"coalesce({sql}, '') = ''", params)
        case Op.EMPTY:
            return Sql(f"{sql} IS NULL", params)
        case Op.CONTAINS if type in MANY:
            return Sql(f"{sql} @> ARRAY[%s::{cast}]", (*params, value))  # as an index can answer it
        case Op.CONTAINS:
            return _narrowed(Sql(f"strpos(lower({sql}), lower(%s::text)) > 0", (*params, value)), column, value)
        case Op.STARTS_WITH:
            return _narrowed(Sql(f"starts_with(lower({sql}), lower(%s::text))", (*params, value)), column, value)
        case Op.IN:
            sign = f"&& %s::{cast}[]" if type in MANY else f"= ANY(%s::{cast}[])"
            values = value if isinstance(value, tuple) else ()
            alike = [Decimal(str(each)) for each in values] if cast == "numeric" else [*values]
            return Sql(f"{sql} {sign}", (*params, alike))
        case Op.BETWEEN:
            low, high = value if isinstance(value, tuple) else (value, value)
            return Sql(f"{sql} BETWEEN %s::{cast} AND %s::{cast}", (*params, low, high))
        case Op.WITHIN_DAYS | Op.OLDER_THAN_DAYS:
            return _aged(clause, column, frame)
    return Sql(f"{sql} {_SIGNS[clause.op]} %s::{cast}", (*params, value))


def _narrowed(test: Sql, column: Column, part: Value) -> Sql:
    """The test behind the trigram index of the column, where there is one and the part is long enough."""
    parts = grams(fold(str(part))) if column.grams else []
    return Sql(f"{column.grams} @> %s::int[] AND {test.text}", (parts, *test.params)) if parts else test


def _aged(clause: Compare, column: Column, frame: Frame) -> Sql:
    """Older than N days, or within them: after the start and not in the future."""
    now = frame.as_of
    if column.type is ColumnType.DAY:
        now = Sql(f"({now.text} AT TIME ZONE %s)::date", (*now.params, str(frame.zone)))
        start = Sql(f"({now.text} - %s::int)", (*now.params, clause.value))
    else:
        start = frame.before(clause.value)
    if clause.op is Op.OLDER_THAN_DAYS:
        return Sql(f"{column.sql} <= {start.text}", (*column.params, *start.params))
    text = f"{column.sql} > {start.text} AND {column.sql} <= {now.text}"
    return Sql(text, (*column.params, *start.params, *column.params, *now.params))
