from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from perennial.conditions.check import check
from perennial.conditions.tests.engines import Postgres, duckdb
from perennial.conditions.tests.reference import expected
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.world import NOW, SCHEMA, world
from perennial.conditions.text import parse
from perennial.foundation import clock

WORLD = world(7, rows=100, events=500, related=120)


@pytest.fixture
def postgres(db):
    return Postgres(WORLD)


@pytest.fixture(scope="module")
def lake():
    return duckdb().load(WORLD)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(condition=conditions(), when=st.sampled_from(["now", "then", "by row"]))
@example(condition=parse("born_on within 2 days or born_on older than 3 days"), when="by row")
@example(condition=parse('first(channel of placed) = "a" or last(is_gift of placed) = true'), when="then")
@example(condition=parse("did placed before 1 month ago or did placed within 5 months"), when="by row")
@example(condition=parse("has orders where (has orders where (did placed))"), when="by row")
def test_both_engines_answer_as_the_reference_does(postgres, lake, condition, when):
    """Over every row now, at one instant, and at an instant of its own."""
    check(condition, SCHEMA)
    by_row, is_now = when == "by row", when == "now"
    wanted = expected(condition, WORLD if by_row else WORLD.now(), is_now=is_now)
    assert postgres.matching(condition, by_row=by_row, is_now=is_now) == wanted
    assert lake.matching(condition, by_row=by_row, is_now=is_now) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "spent < 999999999999999999.0000000001 or ratio > -999999999999999999.9999999999",
        "spent in (999999999999999999, 0.0000000001, 1) or ratio between -999999999999999999 and 1.5",
        "orders > -9223372036854775807 and orders < 9223372036854775807",
        "orders in (-9223372036854775807, 1) or company = 9223372036854775807",
        "seen_at > 1000-01-01 and seen_at < 3000-12-31",
        "born_on between 1000-01-01 and 3000-12-31",
        "seen_at within 36500 days or born_on within 36500 days or did placed at most 1000000 times within 36500 days",
        "sum(total of placed) < 999999999999999999.9999999999 and average(total of placed) > -999999999999999999",
    ],
)
@pytest.mark.parametrize("by_row", [False, True])
def test_the_extremes_that_are_allowed_can_be_asked(postgres, lake, text, by_row):
    condition = parse(text, SCHEMA)
    wanted = expected(condition, WORLD if by_row else WORLD.now())
    assert postgres.matching(condition, by_row=by_row) == wanted
    assert lake.matching(condition, by_row=by_row) == wanted
