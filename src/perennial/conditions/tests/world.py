"""A little world in which every field type, NULL, tie and letter occurs: rows, events, their schema, and a reference.

The reference answers a condition row by row, slowly and plainly. Both compilers are held to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any as Anything
from zoneinfo import ZoneInfo

from perennial.conditions.core import start_of_day
from perennial.conditions.resolver import Me
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo, measured_type
from perennial.conditions.tree import All, Any, Compare, Condition, Did, How, Measure, Neither, Op, Window

ZONE = ZoneInfo("Europe/Helsinki")
ME = Me(user_id=1, team_ids=(1, 2), teammate_ids=(1, 2))
NOW = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # in Helsinki already the next day, after the clocks went forward

T = ColumnType
FIELDS = {
    "name": T.TEXT, "orders": T.WHOLE, "ratio": T.NUMBER, "spent": T.MONEY, "is_sample": T.FLAG, "seen_at": T.MOMENT,
    "born_on": T.DAY, "stage": T.CHOICE, "owner": T.MEMBER, "team": T.TEAM, "company": T.REF, "tags": T.LIST,
    "crew": T.REFS, "opens": T.TIME,
}  # fmt: skip
PROPERTIES = {"total": T.MONEY, "channel": T.TEXT, "shipped_at": T.MOMENT, "is_gift": T.FLAG}
EVENTS = ("placed", "Page Viewed")
CHOICES = (("retention", "Retention"), ("reach", "Reach"))


_DAYS = [date(2026, 3, 30) + timedelta(days=shift) for shift in range(-4, 2)]
_EDGES = [NOW + timedelta(days=shift) for shift in range(-4, 2)] + [start_of_day(day, ZONE) for day in _DAYS]
_CENTS = [Decimal(cents) / 100 for cents in (-250, -1, 0, 1, 10, 99, 100, 101, 250)]
POOLS: dict[ColumnType, list[Anything]] = {
    T.TEXT: ["", "a", "A", "ab", "ÉAb", "éa", "Жа", "аж", "ң", "%", "_", "'", "\\", " ", "a%b", "😀"],
    T.WHOLE: [-2, -1, 0, 1, 2, 3], T.NUMBER: _CENTS, T.MONEY: _CENTS, T.FLAG: [True, False],
    T.MOMENT: [edge + timedelta(microseconds=shift) for edge in _EDGES for shift in (-1, 0, 1)],
    T.DAY: _DAYS, T.CHOICE: [key for key, _ in CHOICES], T.MEMBER: [1, 2, 3], T.TEAM: [1, 2, 3], T.REF: [1, 2, 3],
    T.LIST: [[], ["a"], ["a", "b"], ["ж", ""], ["b"]], T.REFS: [[], [1], [1, 2], [3, 2]],
    T.TIME: ["00:00", "09:05", "09:30", "10:00", "23:59"],
}  # fmt: skip


class WorldSchema:
    def field(self, key: str) -> FieldInfo | None:
        type = FIELDS.get(key)
        choices = CHOICES if type is T.CHOICE else ()
        return FieldInfo(key, key.replace("_", " ").capitalize(), type, choices) if type else None

    def event(self, key: str) -> EventInfo | None:
        infos = {name: FieldInfo(name, name.capitalize(), type) for name, type in PROPERTIES.items()}
        return EventInfo(key, {"placed": "ordered"}.get(key, key), infos) if key in EVENTS else None


SCHEMA = WorldSchema()


@dataclass(frozen=True)
class Happened:
    id: int
    record: int
    type: str
    at: datetime
    properties: dict[str, Anything]


@dataclass(frozen=True)
class Row:
    id: int
    as_of: datetime
    values: dict[str, Anything] = field(default_factory=dict)


def world(seed: int, *, rows: int, events: int) -> tuple[list[Row], list[Happened]]:
    """Rows and events full of edges: one value in six is missing, many events of a record fall on one instant."""
    random = Random(seed)

    def some(types: dict[str, ColumnType]) -> dict[str, Anything]:
        return {key: random.choice(POOLS[type]) if random.random() > 1 / 6 else None for key, type in types.items()}

    def moment() -> datetime:
        return random.choice(POOLS[T.MOMENT])

    happened = [
        Happened(id, random.randint(1, rows), random.choice(EVENTS), moment(), some(PROPERTIES))
        for id in range(1, events + 1)
    ]
    return [Row(id, moment(), some(FIELDS)) for id in range(1, rows + 1)], happened


def holds(condition: Condition, row: Row, events: list[Happened]) -> bool:
    """The reference: no NULL logic, no rewriting, one row at a time."""
    match condition:
        case All(children):
            return all(holds(child, row, events) for child in children)
        case Any(children):
            return any(holds(child, row, events) for child in children)
        case Neither(children):
            return not any(holds(child, row, events) for child in children)
        case Compare(key, op, value):
            return test(op, value, row.values[key], FIELDS[key], row.as_of)
        case Did(_, times, _, _):
            count = len(counted(condition, row, events))
            return (times.at_least or 0) <= count <= (count if times.at_most is None else times.at_most)
        case Measure(_, item, how, op, value, _, _):
            values = [event.properties[item] for event in counted(condition, row, events)]
            values = [each for each in values if each is not None]
            return test(op, value, made(how, values), measured_type(how, PROPERTIES[item]), row.as_of)
    raise TypeError


def counted(clause: Did | Measure, row: Row, events: list[Happened]) -> list[Happened]:
    mine = [event for event in events if event.record == row.id and event.type == clause.event]
    mine = [event for event in mine if within(clause.within, event.at, row.as_of)]
    for part in clause.where:
        type = PROPERTIES[part.field]
        mine = [e for e in mine if test(part.op, part.value, e.properties[part.field], type, row.as_of)]
    return sorted(mine, key=lambda event: (event.at, event.id))


def within(window: Window | None, at: datetime, as_of: datetime) -> bool:
    return at <= as_of and (window is None or at > as_of - timedelta(days=window.days))


def made(how: How, values: list[Anything]) -> Anything:
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
