"""What the operators of `core` are in Ibis."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from perennial.conditions.clauses.compare import Compare
from perennial.conditions.core import ORDERS
from perennial.conditions.nodes import Condition, Op, Scalar, Value
from perennial.conditions.schema import MANY, ColumnType

if TYPE_CHECKING:
    from perennial.conditions.lake import LakeColumn, LakeFrame

MOMENT = dt.Timestamp(timezone="UTC")


def core_ibis(clause: Condition, column: LakeColumn, frame: LakeFrame) -> ir.BooleanValue:
    assert isinstance(clause, Compare)
    expr, type = column
    match clause.op:
        case Op.EMPTY if type in MANY:
            return expr.length().fill_null(0) == 0
        case Op.EMPTY if isinstance(expr, ir.StringValue):
            return expr.fill_null("") == ""
        case Op.EMPTY:
            return expr.isnull()
        case Op.CONTAINS if type in MANY:
            return expr.contains(literal(clause.value))
        case Op.CONTAINS:
            return expr.lower().contains(literal(clause.value).lower())
        case Op.STARTS_WITH:
            return expr.lower().startswith(literal(clause.value).lower())
        case Op.IN if type in MANY:
            return reduce(or_, (expr.contains(literal(item)) for item in _many(clause.value)))
        case Op.IN:
            return expr.isin([literal(item) for item in _many(clause.value)])
        case Op.BETWEEN:
            low, high = _many(clause.value)
            return expr.between(literal(low), literal(high))
        case Op.WITHIN_DAYS | Op.OLDER_THAN_DAYS:
            return _aged(clause, column, frame)
    return ORDERS[clause.op](expr, literal(clause.value))


def _aged(clause: Compare, column: LakeColumn, frame: LakeFrame) -> ir.BooleanValue:
    days = int(str(clause.value))
    if column.type is ColumnType.DAY:
        now = frame.local(frame.as_of).date()
        start = now - ibis.interval(days=days)
    else:
        now, start = frame.as_of, frame.before(days)
    if clause.op is Op.OLDER_THAN_DAYS:
        return column.expr <= start
    return (column.expr > start) & (column.expr <= now)


def _many(value: Value) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else ()


def literal(value: Value) -> ir.Scalar:
    if isinstance(value, datetime):
        return ibis.literal(value.astimezone(UTC), type=MOMENT)
    if isinstance(value, Decimal):  # left to itself, Ibis rounds to three decimals
        scale = max(0, -int(value.as_tuple().exponent))
        return ibis.literal(value, type=dt.Decimal(max(18, len(f"{abs(value):f}")), scale))
    return ibis.literal(value)
