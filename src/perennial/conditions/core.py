"""What every operator means, once for all engines: a comparison is rewritten into a few that an engine must know.

An engine compiles `All`, `Any`, `Neither` and the operators of `CORE`. Everything else is said in these here, so
that two engines cannot differ about whether a missing value is "not Finland" or where a day ends.
"""

from __future__ import annotations

import operator
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from perennial.conditions.calendar import start_of_day
from perennial.conditions.clauses.compare import Compare
from perennial.conditions.nodes import FALSE, All, Any, Condition, How, Neither, Op, Value
from perennial.conditions.resolver import Me
from perennial.conditions.schema import MANY, ColumnType

CORE = frozenset(
    {Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.IN, Op.CONTAINS, Op.STARTS_WITH, Op.EMPTY}
    | {Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS}
)

ORDERS = {Op.EQ: operator.eq, Op.LT: operator.lt, Op.LE: operator.le, Op.GT: operator.gt, Op.GE: operator.ge}


def to_core(clause: Compare, type: ColumnType, *, me: Me | None, zone: tzinfo) -> Condition:
    """The same question in the operators of `CORE`."""
    field, op, value = clause.field, clause.op, clause.value
    match op:
        case Op.EQ if type in MANY:
            return Compare(field, Op.CONTAINS, value)
        case Op.NE:
            return Neither((to_core(Compare(field, Op.EQ, value), type, me=me, zone=zone),))
        case Op.NOT_IN:
            return Neither((Compare(field, Op.IN, value),))
        case Op.FILLED:
            return Neither((Compare(field, Op.EMPTY),))
        case Op.ME:
            if me is None or me.user_id is None:
                return FALSE
            return (
                Compare(field, Op.IN, (me.user_id, *me.absent_ids))
                if me.absent_ids
                else Compare(field, Op.EQ, me.user_id)
            )
        case Op.MY_TEAM:
            ids = () if me is None else me.team_ids if type is ColumnType.TEAM else me.teammate_ids
            return Compare(field, Op.IN, ids) if ids else FALSE
        case Op.BEFORE | Op.AFTER:
            return to_core(Compare(field, Op.LT if op is Op.BEFORE else Op.GT, value), type, me=me, zone=zone)
    if type is ColumnType.MOMENT and op is Op.BETWEEN and isinstance(value, tuple):
        low, high = value
        ends = (Compare(field, Op.GE, low), Compare(field, Op.LE, high))
        return All(tuple(to_core(end, type, me=me, zone=zone) for end in ends))
    if type is ColumnType.MOMENT and isinstance(value, date) and not isinstance(value, datetime):
        return _of_day(field, op, value, zone)
    return clause


def _of_day(field: str, op: Op, day: date, zone: tzinfo) -> Condition:
    """A moment compared with a day: a day lasts from its midnight to the next, in the zone of the firm."""
    start, end = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    match op:
        case Op.LT:
            return Compare(field, Op.LT, start)
        case Op.LE:
            return Compare(field, Op.LT, end)
        case Op.GT:
            return Compare(field, Op.GE, end)
        case Op.GE:
            return Compare(field, Op.GE, start)
    return All((Compare(field, Op.GE, start), Compare(field, Op.LT, end)))


def opposite(clause: Condition) -> Condition | None:
    """The clause that is true exactly when this one is not, where the language has a word for it."""
    pairs = {Op.EQ: Op.NE, Op.IN: Op.NOT_IN, Op.EMPTY: Op.FILLED}
    pairs |= {there: here for here, there in pairs.items()}
    if isinstance(clause, Compare) and clause.op in pairs:
        return Compare(clause.field, pairs[clause.op], clause.value)
    return None


def made_of_nothing(how: How, op: Op, value: Value, type: ColumnType, *, me: Me | None, zone: tzinfo) -> bool:
    """Whether a value made of many holds for a record that has none at all."""
    made = 0 if how in (How.SUM, How.COUNT) else None
    return _holds(to_core(Compare("", op, value), type, me=me, zone=zone), made)


def _holds(condition: Condition, made: int | None) -> bool:
    match condition:
        case All(children):
            return all(_holds(child, made) for child in children)
        case Any(children):
            return any(_holds(child, made) for child in children)
        case Neither(children):
            return not any(_holds(child, made) for child in children)
        case Compare(_, Op.EMPTY):
            return made is None
        case Compare(_, Op.IN | Op.BETWEEN as op, tuple() as values) if made is not None:
            return made in values if op is Op.IN else values[0] <= made <= values[1]
        case Compare(_, op, int() | Decimal() as value) if made is not None and op in ORDERS:
            return bool(ORDERS[op](made, value))
    return False
