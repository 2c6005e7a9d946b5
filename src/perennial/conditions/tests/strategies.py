"""Random worlds, and random conditions that may be asked of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any as Anything

from hypothesis import strategies as st

from perennial.conditions.schema import OPERATORS, SUMMABLE, ColumnType, Shape, measured_type, shape
from perennial.conditions.tests.world import CHOICES, EVENTS, FIELDS, NOW, PROPERTIES, SCHEMA, Happened, Row
from perennial.conditions.tree import All, Any, Bound, Compare, Condition, Did, How, Measure, Neither, Op, Value, Window

T = ColumnType
DAY_OF_NOW = date(2026, 3, 30)
texts = st.text("aAéÉжЖң%_'\"\\ \n😀", max_size=3)
ids = st.integers(1, 3)
numbers = st.integers(-300, 300).map(lambda cents: Decimal(cents) / 100)
# On the edges of windows and of days in Helsinki (UTC+2, from 29 March UTC+3), and anywhere between.
moments = st.one_of(
    st.integers(-3, 1).map(lambda days: NOW + timedelta(days=days)),
    st.integers(-4 * 24, 24).map(lambda hours: NOW.replace(minute=0) + timedelta(hours=hours)),
)
days = st.integers(-4, 1).map(lambda shift: DAY_OF_NOW + timedelta(days=shift))
VALUES: dict[ColumnType, st.SearchStrategy[Anything]] = {
    T.TEXT: texts, T.WHOLE: st.integers(-2, 3), T.NUMBER: numbers, T.MONEY: numbers, T.FLAG: st.booleans(),
    T.MOMENT: moments, T.DAY: days, T.CHOICE: st.sampled_from([key for key, _ in CHOICES]),
    T.MEMBER: ids, T.TEAM: ids, T.REF: ids, T.LIST: st.lists(st.sampled_from(["a", "b", "ж", ""]), max_size=2),
}  # fmt: skip


def wanted(type: ColumnType, op: Op) -> st.SearchStrategy[Value]:
    """What stands on the right of an operator."""
    one = VALUES[type] if type is not T.LIST else st.sampled_from(["a", "ж", "zz"])
    if type is T.MOMENT:
        one = moments | days
    match shape(op):
        case Shape.NONE:
            return st.none()
        case Shape.DAYS:
            return st.integers(1, 4)
        case Shape.MANY:
            return st.lists(one, min_size=1, max_size=3).map(tuple)
        case Shape.PAIR:
            pairs = st.tuples(moments, moments) | st.tuples(days, days) if type is T.MOMENT else st.tuples(one, one)
            return pairs.map(lambda pair: tuple(sorted(pair)))
    return one


@st.composite
def tests_of(draw: st.DrawFn, types: dict[str, ColumnType]) -> Compare:
    key = draw(st.sampled_from(sorted(types)))
    info = SCHEMA.field(key) if types is FIELDS else SCHEMA.event("placed").properties[key]
    op = draw(st.sampled_from(info.operators()))
    return Compare(key, op, draw(wanted(info.type, op)))


windows = st.none() | st.integers(1, 4).map(Window)
wheres = st.just(()) | st.lists(tests_of(PROPERTIES), min_size=1, max_size=2).map(tuple)
bounds = st.one_of(
    st.integers(1, 3).map(lambda low: Bound(at_least=low)),
    st.integers(0, 3).map(lambda high: Bound(at_most=high)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda pair: Bound(pair[0], pair[0] + pair[1])),
)
dids = st.builds(Did, st.sampled_from(EVENTS), bounds, windows, wheres)


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    how, key = draw(st.sampled_from(list(How))), draw(st.sampled_from(sorted(PROPERTIES)))
    if how in (How.SUM, How.AVERAGE) and PROPERTIES[key] not in SUMMABLE:
        key = "total"
    type = measured_type(how, PROPERTIES[key])
    op = draw(st.sampled_from(OPERATORS[type]))
    value = draw(wanted(type, op))
    return Measure(draw(st.sampled_from(EVENTS)), key, how, op, value, draw(windows), draw(wheres))


def conditions() -> st.SearchStrategy[Condition]:
    clauses = st.one_of(tests_of(FIELDS), tests_of(FIELDS), dids, measures())
    groups = st.sampled_from([All, Any, Neither])
    return st.recursive(
        clauses,
        lambda children: st.builds(lambda group, some: group(tuple(some)), groups, st.lists(children, max_size=3)),
        max_leaves=6,
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Row], list[Happened]]:
    rows = [
        Row(id, draw(moments), {key: draw(st.none() | VALUES[type]) for key, type in FIELDS.items()})
        for id in range(1, draw(st.integers(1, 4)) + 1)
    ]
    events = [
        Happened(
            id, draw(st.sampled_from([row.id for row in rows])), draw(st.sampled_from(EVENTS)), draw(moments),
            {key: draw(st.none() | VALUES[type]) for key, type in PROPERTIES.items()},
        )
        for id in range(1, draw(st.integers(0, 8)) + 1)
    ]  # fmt: skip
    return rows, events
