"""What users type is a value in every engine, and never a part of the statement."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.postgres import compile_condition
from perennial.conditions.tests.engines import Postgres, duckdb
from perennial.conditions.tests.reference import expected
from perennial.conditions.tests.world import NOW, SCHEMA, ZONE, world
from perennial.conditions.text import parse, to_text
from perennial.conditions.tree import Changed, Compare, Condition, Did, Has, How, InSegment, Measure, Op, Tally

WORLD = world(3, rows=20, events=60, related=20).now()
PIECES = [
    "'", '"', "\\", "--", ";", "/*", "*/", "$$", "%s", "%(a)s", "{}", "\n", "`", "E'\\''", ") OR TRUE --", "' OR ''='",
    "'); DROP TABLE r; --", "\\'; SELECT 1; --", "U&'\\0027", "\u02bc", "\u2019", "ҚЖ", "\U0001f600", "a",
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30
)


def clauses(text: str) -> list[Condition]:
    """A clause of every kind with the text wherever a text may stand."""
    about_event = Compare("channel", Op.CONTAINS, text)
    about_order = Compare("tags", Op.IN, (text, "a"))
    return [
        Compare("name", Op.EQ, text), Compare("name", Op.IN, (text, text + "x")), Compare("name", Op.STARTS_WITH, text),
        Compare("tags", Op.CONTAINS, text), Did("placed", where=about_event), Has("orders", where=about_order),
        Measure("placed", "channel", How.LAST, Op.EQ, text), Changed("name", to=text, before=text),
        Tally("orders", "total", How.COUNT, Op.GE, 1, where=about_order),
    ]  # fmt: skip


@pytest.fixture
def postgres(db):
    return Postgres(WORLD)


@pytest.fixture(scope="module")
def lake():
    return duckdb().load(WORLD)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=hostile)
@example(text="'); DROP TABLE r; --")
def test_a_hostile_value_finds_what_it_says_and_nothing_else(postgres, lake, text):
    for condition in clauses(text):
        check(condition, SCHEMA)
        assert parse(to_text(condition), SCHEMA) == condition
        wanted = expected(condition, WORLD)
        assert postgres.matching(condition) == wanted
        assert lake.matching(condition) == wanted
    assert set(lake.made) <= {name for (name,) in lake.backend.con.execute("SHOW TABLES").fetchall()}


@given(text=hostile)
def test_no_text_of_a_user_is_in_the_statement(text):
    marked = f"mark7{text}mark8"
    rows = Postgres.resolver()
    for condition in clauses(marked):
        statement, params = compile_condition(condition, rows, as_of=NOW, zone=ZONE)
        assert "mark7" not in statement
        assert "mark7" in repr(params)


@pytest.mark.parametrize("key", ["x' OR 1=1 --", 'name" = name --', "r.id) OR (TRUE", "%s"])
def test_a_hostile_key_is_no_key(key):
    """Keys reach a statement only when the schema knows them."""
    for condition in (Compare(key, Op.EMPTY), Did(key), Has(key), InSegment(key), Changed(key)):
        with pytest.raises(ConditionError, match=r"There (is|are) no"):
            check(condition, SCHEMA)


def test_literals_of_the_lake_are_escaped():
    nasty = "a' OR 'b'='b"
    assert "''" in ibis.to_sql(ibis.literal(nasty) == "x", dialect="duckdb")
