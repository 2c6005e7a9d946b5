"""The reference: it answers a condition row by row, slowly and plainly. No NULL logic, no rewriting. All engines are
held to it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any as Anything

from perennial.conditions.nodes import All, Any, Bound, Condition, How, Neither, Op
from perennial.conditions.schema import ColumnType, measured_type
from perennial.conditions.tests.world import FIELDS, ME, PROPERTIES, RELATED, ZONE, Happened, Row, World
from perennial.conditions.tree import Changed, Compare, Did, Has, InSegment, Measure, Tally
from perennial.conditions.windows import HOURS, Dates, Earlier, Span, Unit, Window

T = ColumnType


@dataclass(frozen=True)
class Asked:
    """What a condition is asked about: the values of a row, of a related record, or of an event."""

    of: str
    id: int
    values: dict[str, Anything]
    types: dict[str, ColumnType]
    as_of: datetime
    is_now: bool


def expected(condition: Condition, world: World, *, is_now: bool = False) -> list[int]:
    """The rows that match."""
    return [row.id for row in world.rows if holds(condition, asked_of(row, is_now), world)]


def asked_of(row: Row, is_now: bool = False) -> Asked:
    return Asked("r", row.id, row.values, FIELDS, row.as_of, is_now)


def holds(condition: Condition, asked: Asked, world: World) -> bool:
    match condition:
        case All(children):
            return all(holds(child, asked, world) for child in children)
        case Any(children):
            return any(holds(child, asked, world) for child in children)
        case Neither(children):
            return not any(holds(child, asked, world) for child in children)
        case Compare(key, op, value):
            return test(op, value, asked.values[key], asked.types[key], asked.as_of)
        case Did(_, times, _, _):
            return so_often(times, len(counted(condition, asked, world)))
        case Measure(_, item, how, op, value, _, _):
            values = [event.properties[item] for event in counted(condition, asked, world)]
            return test(op, value, made(how, values), measured_type(how, PROPERTIES[item]), asked.as_of)
        case Has(relation, times, where):
            return so_often(times, len(related(relation, where, asked, world)))
        case Tally(relation, key, how, op, value, where):
            values = [each[key] for each in related(relation, where, asked, world)]
            return test(op, value, made(how, values), measured_type(how, RELATED[key]), asked.as_of)
        case InSegment(segment):
            mine = [s for s in world.stays if (s.segment, s.of, s.record) == (segment, asked.of, asked.id)]
            if asked.is_now:
                return any(stay.left_at is None for stay in mine)
            return any(
                stay.entered_at <= asked.as_of and (stay.left_at is None or asked.as_of < stay.left_at) for stay in mine
            )
        case Changed(key, to, before, span):
            return any(
                change.of == asked.of
                and change.record == asked.id
                and key in change.values
                and within(span, change.at, asked.as_of)
                and (before is None or test(Op.EQ, before, change.values[key][0], asked.types[key], asked.as_of))
                and (to is None or test(Op.EQ, to, change.values[key][1], asked.types[key], asked.as_of))
                for change in world.changes
            )
    raise TypeError


def so_often(times: Bound, count: int) -> bool:
    return (times.at_least or 0) <= count <= (count if times.at_most is None else times.at_most)


def counted(clause: Did | Measure, asked: Asked, world: World) -> list[Happened]:
    found = []
    for event in world.events:
        record = world.whose[event.record] if event.of == "r" else event.record
        if (event.of, record, event.type) != (asked.of, asked.id, clause.event):
            continue
        about = replace(asked, values=event.properties, types=PROPERTIES)
        if within(clause.within, event.at, asked.as_of) and holds(clause.where, about, world):
            found.append(event)
    return sorted(found, key=lambda event: (event.at, event.id))


def related(relation: str, where: Condition, asked: Asked, world: World) -> list[dict[str, Anything]]:
    found = [
        each
        for each in world.related
        if (each.relation, each.of) == (relation, asked.of)
        and asked.id in each.records
        and each.since <= asked.as_of
        and holds(where, Asked(relation, each.id, each.values, RELATED, asked.as_of, asked.is_now), world)
    ]
    return [each.values for each in sorted(found, key=lambda each: (each.since, each.id))]


def within(span: Span | None, at: datetime, as_of: datetime) -> bool:
    match span:
        case Window(count, unit):
            return before(as_of, count, unit) < at <= as_of
        case Earlier(count, unit):
            return at <= before(as_of, count, unit)
        case Dates(first, last):
            day = at.astimezone(ZONE).date()
            return at <= as_of and (first is None or day >= first) and (last is None or day <= last)
    return at <= as_of


def before(as_of: datetime, count: int, unit: Unit) -> datetime:
    if unit is not Unit.MONTH:
        return as_of - timedelta(hours=HOURS[unit] * count)
    local = as_of.astimezone(ZONE)
    year, month = local.year, local.month
    for _ in range(count):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    local = local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))
    offsets = [local.replace(fold=fold).utcoffset() for fold in (0, 1)]
    return local.replace(fold=1 if offsets[0] > offsets[1] else 0)  # of a time that comes twice the later


def made(how: How, values: list[Anything]) -> Anything:
    values = [each for each in values if each is not None]
    if how is How.COUNT:
        return len(values)
    if how is How.SUM:
        return sum(values, Decimal(0))
    if not values:
        return None
    if how is How.AVERAGE:
        return round(sum(values, Decimal(0)) / len(values), 6)
    return values[0] if how is How.FIRST else values[-1]


def test(op: Op, wanted: Anything, have: Anything, type: ColumnType, as_of: datetime) -> bool:
    match op:
        case Op.EMPTY:
            return have is None or have in ("", [])
        case Op.FILLED:
            return not test(Op.EMPTY, None, have, type, as_of)
        case Op.NE:
            return not test(Op.EQ, wanted, have, type, as_of)
        case Op.NOT_IN:
            return not test(Op.IN, wanted, have, type, as_of)
    if have is None:
        return False
    match op:
        case Op.ME:
            return have == ME.user_id
        case Op.MY_TEAM:
            return have in (ME.team_ids if type is T.TEAM else ME.teammate_ids)
        case Op.CONTAINS | Op.EQ if type in (T.LIST, T.REFS):
            return wanted in have
        case Op.CONTAINS:
            return wanted.lower() in have.lower()
        case Op.STARTS_WITH:
            return have.lower().startswith(wanted.lower())
        case Op.IN if type in (T.LIST, T.REFS):
            return bool(set(wanted) & set(have))
        case Op.IN:
            return have in wanted
        case Op.WITHIN_DAYS | Op.OLDER_THAN_DAYS:
            today: date | datetime = as_of.astimezone(ZONE).date() if type is T.DAY else as_of
            start = today - timedelta(days=wanted)
            return start < have <= today if op is Op.WITHIN_DAYS else have <= start
        case Op.BETWEEN:
            return compare(have, wanted[0]) >= 0 and compare(have, wanted[1]) <= 0
    answers: dict[Op, Callable[[int], bool]] = {
        Op.EQ: lambda sign: sign == 0, Op.LT: lambda sign: sign < 0, Op.BEFORE: lambda sign: sign < 0,
        Op.LE: lambda sign: sign <= 0, Op.GT: lambda sign: sign > 0, Op.AFTER: lambda sign: sign > 0,
        Op.GE: lambda sign: sign >= 0,
    }  # fmt: skip
    return answers[op](compare(have, wanted))


def compare(have: Anything, wanted: Anything) -> int:
    if isinstance(have, datetime) and not isinstance(wanted, datetime):
        have = have.astimezone(ZONE).date()
    return (have > wanted) - (have < wanted)
