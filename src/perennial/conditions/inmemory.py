"""A condition about the fields of one record, answered here and now from its values: for rules that writing obeys.

Only comparisons of the record's own fields can be asked so: no events, no facts, no fields of other records, and
nobody's "me". `can_answer` says whether a condition keeps to that; the answers are those of the compilers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any as Anything

from perennial.conditions.tree import All, Any, Compare, Condition, Neither, Op, walk

_UNKNOWABLE = frozenset({Op.ME, Op.MY_TEAM})
_BY_SIGN: dict[Op, Callable[[int], bool]] = {
    Op.EQ: lambda sign: sign == 0, Op.LT: lambda sign: sign < 0, Op.BEFORE: lambda sign: sign < 0,
    Op.LE: lambda sign: sign <= 0, Op.GT: lambda sign: sign > 0, Op.AFTER: lambda sign: sign > 0,
    Op.GE: lambda sign: sign >= 0,
}  # fmt: skip


def can_answer(condition: Condition) -> bool:
    """Whether the values of the record alone are enough."""
    return all(
        isinstance(node, All | Any | Neither)
        or (
            isinstance(node, Compare)
            and node.op not in _UNKNOWABLE
            and "." not in node.field
            and not node.field.startswith("fact:")
        )
        for _depth, node in walk(condition)
    )


def holds(condition: Condition, values: Mapping[str, Anything], *, now: datetime, zone: tzinfo) -> bool:
    """Whether the record with these cleaned values matches. `zone` says when a day begins."""
    match condition:
        case All(children):
            return all(holds(child, values, now=now, zone=zone) for child in children)
        case Any(children):
            return any(holds(child, values, now=now, zone=zone) for child in children)
        case Neither(children):
            return not any(holds(child, values, now=now, zone=zone) for child in children)
        case Compare(field, op, wanted):
            return _test(op, wanted, values.get(field), now, zone)
    raise ValueError("This condition asks for more than the record's own values.")


def _test(op: Op, wanted: Anything, have: Anything, now: datetime, zone: tzinfo) -> bool:
    match op:
        case Op.EMPTY:
            return have is None or have in ("", [], ())
        case Op.FILLED:
            return not _test(Op.EMPTY, None, have, now, zone)
        case Op.NE:
            return not _test(Op.EQ, wanted, have, now, zone)
        case Op.NOT_IN:
            return not _test(Op.IN, wanted, have, now, zone)
    if have is None:
        return False
    is_many = isinstance(have, list | tuple)
    match op:
        case Op.CONTAINS | Op.EQ if is_many:
            return wanted in have
        case Op.CONTAINS:
            return str(wanted).lower() in str(have).lower()
        case Op.STARTS_WITH:
            return str(have).lower().startswith(str(wanted).lower())
        case Op.IN if is_many:
            return bool(set(wanted) & set(have))
        case Op.IN:
            return have in wanted
        case Op.BETWEEN:
            return _sign(have, wanted[0], zone) >= 0 and _sign(have, wanted[1], zone) <= 0
        case Op.WITHIN_DAYS | Op.OLDER_THAN_DAYS:
            today: date | datetime = now if isinstance(have, datetime) else now.astimezone(zone).date()
            start = today - timedelta(days=wanted)
            return start < have <= today if op is Op.WITHIN_DAYS else bool(have <= start)
    return _BY_SIGN[op](_sign(have, wanted, zone))


def _sign(have: Anything, wanted: Anything, zone: tzinfo) -> int:
    if isinstance(have, datetime) and not isinstance(wanted, datetime):
        have = have.astimezone(zone).date()
    return int(have > wanted) - int(have < wanted)
