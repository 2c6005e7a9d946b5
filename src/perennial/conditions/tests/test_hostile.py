"""Whatever comes in from outside ends as a condition or as a sentence, never as a crash."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perennial.conditions.check import MAX_CLAUSES, MAX_DEPTH, check
from perennial.conditions.errors import ConditionError, ConditionTooLarge
from perennial.conditions.jsonform import from_json
from perennial.conditions.tests.world import SCHEMA
from perennial.conditions.text import parse
from perennial.conditions.tree import All, Bound, Compare, Condition, Did, How, Measure, Neither, Op, Window

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
json_keys = [
    "all", "none", "field", "op", "value", "did", "at_least", "where", "within", "last", "unit", "from", "to", "has",
    "tally", "of", "relation", "segment", "changed", "within_days", "measure", "event", "property",
]  # fmt: skip
json_words = ["eq", "empty", "sum", "day", "month", "2026-05-31", "stage", "placed", "orders", "vip", "total"]
json_values = st.recursive(
    scalars | st.sampled_from(json_words),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(json_keys), inside, max_size=4),
)
WORDS = [
    "stage",
    "and",
    "or",
    "not",
    "(",
    ")",
    "=",
    "in",
    "did",
    "placed",
    "5",
    "within",
    "days",
    '"a"',
    ",",
    "`",
    ".",
    "has",
    "no",
    "orders",
    "segment",
    "vip",
    "changed",
    "from",
    "to",
    "sum(",
    "of",
    "related",
    "where",
    "before",
    "ago",
    "months",
    "between",
    "since",
    "2026-05-31",
    "2026-02-30",
    "times",
    "at",
    "least",
]


@given(json_values)
def test_any_json_is_a_condition_or_a_refusal(data):
    wrapped = [{"version": version, "all": [data]} for version in (1, 2)]
    for each in (data, *wrapped, {"version": 2, "field": "stage", "op": "eq", "value": data}):
        accepted(lambda each=each: check(from_json(each), SCHEMA))


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_a_condition_or_a_refusal(text):
    accepted(lambda: parse(text, SCHEMA))


@given(st.sampled_from(["did", "has", "changed", "segment"]), json_values, json_values)
def test_any_clause_in_json_is_a_condition_or_a_refusal(mark, inside, span):
    for each in ({mark: "placed", "where": inside}, {mark: "placed", "within": span}, {mark: inside}):
        accepted(lambda each=each: check(from_json({"version": 2, **each}), SCHEMA))
        accepted(lambda each=each: check(from_json({"version": 1, "any": [each]}), SCHEMA))


def accepted(read) -> None:
    try:
        assert isinstance(read(), Condition)
    except ConditionError as refused:
        str(refused)


@pytest.mark.parametrize(
    "clause",
    [
        Compare("name", Op.EQ, "nul\x00"),
        Compare("name", Op.EQ, "half \ud800"),
        Compare("name", Op.CONTAINS, "x" * 100_000),
        Compare("name", Op.IN, ("x",) * 5_000),
        Compare("name", Op.IN, ()),
        Compare("name\x00", Op.EMPTY),
        Compare("orders", Op.EQ, 2**63),
        Compare("orders", Op.EQ, True),
        Compare("orders", Op.EQ, Decimal("1.5")),
        Compare("spent", Op.EQ, Decimal("1e9999")),
        Compare("spent", Op.EQ, Decimal("1e-9999")),
        Compare("spent", Op.EQ, Decimal("NaN")),
        Compare("spent", Op.BETWEEN, (2, Decimal("1.5"))),
        Compare("spent", Op.BETWEEN, (1, 2, 3)),
        Compare("seen_at", Op.EQ, datetime(2026, 1, 1)),  # noqa: DTZ001  without a zone
        Compare("seen_at", Op.EQ, date(1, 1, 1)),
        Compare("seen_at", Op.WITHIN_DAYS, 10**9),
        Compare("seen_at", Op.WITHIN_DAYS, 0),
        Compare("born_on", Op.EQ, "2026-01-01"),
        Compare("stage", Op.EQ, "elsewhere"),
        Compare("owner", Op.ME, 1),
        Did("placed", Bound()),
        Did("placed", Bound(at_least=0)),
        Did("placed", Bound(3, 2)),
        Did("placed", Bound(at_least=-1)),
        Did("placed", within=Window(10**9)),
        Did("placed", where=Compare("nothing", Op.EMPTY)),
    ],
)
def test_wrong_clauses_are_refused_with_a_sentence(clause):
    with pytest.raises(ConditionError) as refused:
        check(All((clause,)), SCHEMA)
    assert refused.value.path[0] == 0
    assert str(refused.value.sentence).endswith(".")


def test_depth_and_size_are_limited_without_recursion():
    deep: Condition = Compare("name", Op.EMPTY)
    for _ in range(50_000):
        deep = Neither((deep,))
    with pytest.raises(ConditionTooLarge):
        check(deep, SCHEMA)
    with pytest.raises(ConditionTooLarge):
        check(All((Compare("name", Op.EMPTY),) * MAX_CLAUSES), SCHEMA)
    with pytest.raises(ConditionTooLarge):
        check(Did("placed", where=All((Compare("total", Op.EMPTY),) * 10_000)), SCHEMA)
    data: object = {"field": "name", "op": "empty"}
    for _ in range(MAX_DEPTH):
        data = {"none": [data]}
    with pytest.raises(ConditionTooLarge):
        from_json({"version": 1, "all": [data]})


@pytest.mark.parametrize("text", ["(" * 20_000, "not " * 10_000 + "name is empty", "x" * 60_000, "n = " + "9" * 9_000])
def test_giant_texts_are_refused(text):
    with pytest.raises(ConditionError):
        parse(text)


def test_sums_need_numbers():
    with pytest.raises(ConditionError, match="cannot be added up"):
        parse("sum(channel of placed) = 1", SCHEMA)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stage = retention", "“retention” in line 1, column 9 is no value: write text in double quotes."),
        ("stage =", "Something is missing at the end of this condition."),
        ("colour = 1", "There is no field “colour” here. (In: colour = 1)"),
        ("stage < 1", "“Stage” cannot be compared with “<”; it can with: =, !=, in, not in, is empty, is filled."
                      " (In: stage < 1)"),
        ("born_on = 2026-02-30", "The day in line 1, column 11 does not exist."),
        ("did fly", "There is no event “fly” here. (In: did fly)"),
    ],
)  # fmt: skip
def test_refusals_say_what_is_wrong_and_where(text, said):
    with pytest.raises(ConditionError) as refused:
        parse(text, SCHEMA)
    assert str(refused.value) == said
    assert isinstance(refused.value, ConditionError)


def test_measure_is_checked_like_a_field():
    with pytest.raises(ConditionError, match="compared with a whole number"):
        check(Measure("placed", "total", How.COUNT, Op.EQ, "x"), SCHEMA)
