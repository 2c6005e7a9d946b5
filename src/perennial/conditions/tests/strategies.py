"""Random conditions that may be asked of the world."""

from __future__ import annotations

from typing import Any as Anything

from hypothesis import strategies as st

from perennial.conditions.schema import OPERATORS, SUMMABLE, ColumnType, Shape, measured_type, shape
from perennial.conditions.tests.world import EVENTS, FIELDS, POOLS, PROPERTIES, RELATED, RELATIONS, SEGMENTS, info
from perennial.conditions.tree import (
    TRUE,
    All,
    Any,
    Bound,
    Changed,
    Compare,
    Condition,
    Dates,
    Did,
    Earlier,
    Has,
    How,
    InSegment,
    Measure,
    Neither,
    Op,
    Tally,
    Unit,
    Value,
    Window,
)

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
    asked = info(key, types[key])
    assert asked is not None
    op = draw(st.sampled_from(asked.operators()))
    return Compare(key, op, draw(wanted(asked.type, op)))


def grouped(clauses: st.SearchStrategy[Condition], most: int) -> st.SearchStrategy[Condition]:
    """Clauses, and groups of them to any depth."""
    groups = st.sampled_from([All, Any, Neither])
    return st.recursive(
        clauses,
        lambda children: st.builds(lambda group, some: group(tuple(some)), groups, st.lists(children, max_size=3)),
        max_leaves=most,
    )


lengths = st.sampled_from(
    [(1, Unit.HOUR), (3, Unit.HOUR), (72, Unit.HOUR), (1, Unit.WEEK), (5, Unit.MONTH)]
) | st.tuples(st.integers(1, 4), st.sampled_from([Unit.DAY, Unit.MONTH]))
dates = (
    st.tuples(days, days).map(lambda pair: Dates(*sorted(pair))) | days.map(Dates) | days.map(lambda d: Dates(None, d))
)
windows = st.none() | lengths.map(lambda pair: Window(*pair)) | lengths.map(lambda pair: Earlier(*pair)) | dates
wheres = st.just(TRUE) | grouped(tests_of(PROPERTIES), 3)
bounds = st.one_of(
    st.integers(1, 3).map(lambda low: Bound(at_least=low)),
    st.integers(0, 3).map(lambda high: Bound(at_most=high)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda pair: Bound(pair[0], pair[0] + pair[1])),
)
dids = st.builds(Did, st.sampled_from(EVENTS), bounds, windows, wheres)
segments = st.sampled_from(SEGMENTS).map(InSegment)


@st.composite
def makings(draw: st.DrawFn, types: dict[str, ColumnType]) -> tuple[str, How, Op, Value]:
    """What a value is made of, and how it is compared."""
    how, key = draw(st.sampled_from(list(How))), draw(st.sampled_from(sorted(types)))
    if how in (How.SUM, How.AVERAGE) and types[key] not in SUMMABLE:
        key = "total"
    type = measured_type(how, types[key])
    asked = info(key, type)
    assert asked is not None
    op = draw(st.sampled_from(OPERATORS[type]))
    return key, how, op, draw(wanted(type, op))


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    key, how, op, value = draw(makings(PROPERTIES))
    return Measure(draw(st.sampled_from(EVENTS)), key, how, op, value, draw(windows), draw(wheres))


@st.composite
def changes(draw: st.DrawFn, types: dict[str, ColumnType]) -> Changed:
    key = draw(st.sampled_from(sorted(types)))
    ends = st.none() | wanted(types[key], Op.EQ)
    return Changed(key, draw(ends), draw(ends), draw(windows))


def clauses_of(types: dict[str, ColumnType], relations: tuple[str, ...], depth: int) -> st.SearchStrategy[Condition]:
    own = [tests_of(types), tests_of(types), dids, measures(), segments, changes(types)]
    if depth:
        where = st.just(TRUE) | grouped(clauses_of(RELATED, ("orders",), depth - 1), 2)
        key = st.sampled_from(relations)
        own += [
            st.builds(Has, key, bounds, where),
            st.builds(lambda key, made, where: Tally(key, *made, where), key, makings(RELATED), where),
        ]
    return st.one_of(own)


def conditions() -> st.SearchStrategy[Condition]:
    return grouped(clauses_of(FIELDS, RELATIONS, 2), 6)
