"""Random conditions that may be asked of the world."""

from __future__ import annotations

from typing import Any as Anything

from hypothesis import strategies as st

from perennial.conditions.schema import OPERATORS, SUMMABLE, ColumnType, Shape, measured_type, shape
from perennial.conditions.tests.world import EVENTS, FIELDS, POOLS, PROPERTIES, SCHEMA
from perennial.conditions.tree import All, Any, Bound, Compare, Condition, Did, How, Measure, Neither, Op, Value, Window

T = ColumnType
VALUES: dict[ColumnType, st.SearchStrategy[Anything]] = {type: st.sampled_from(pool) for type, pool in POOLS.items()}
texts = st.text("aAéÉжЖң%_'\"\\ \n😀", max_size=3)
moments, days = VALUES[T.MOMENT], VALUES[T.DAY]


def wanted(type: ColumnType, op: Op) -> st.SearchStrategy[Value]:
    """What stands on the right of an operator."""
    one = VALUES[type]
    if type is T.TEXT:
        one = one | texts
    if type in (T.NUMBER, T.MONEY):
        one = one | st.integers(-3, 3) | st.decimals(-3, 3, places=6)
    if type is T.LIST:
        one = st.sampled_from(["a", "ж", "zz"])
    if type is T.REFS:
        one = st.sampled_from([1, 2, 9])
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
