from __future__ import annotations

import ibis
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from perennial.conditions.check import check
from perennial.conditions.tests.engines import Lake, Postgres
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.world import NOW, SCHEMA, Row, holds, world
from perennial.conditions.text import parse

ROWS, EVENTS = world(7, rows=120, events=500)


@pytest.fixture
def postgres(db):
    return Postgres(ROWS, EVENTS)


@pytest.fixture(scope="module")
def lake():
    return Lake(ibis.duckdb.connect(), ROWS, EVENTS)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(condition=conditions(), by_row=st.booleans())
@example(condition=parse("born_on within 2 days or born_on older than 3 days"), by_row=True)
@example(condition=parse('first(channel of placed) = "a" or last(is_gift of placed) = true'), by_row=False)
def test_both_engines_answer_as_the_reference_does(postgres, lake, condition, by_row):
    """Over every row at one instant, and over every row at an instant of its own."""
    check(condition, SCHEMA)
    rows = ROWS if by_row else [Row(row.id, NOW, row.values) for row in ROWS]
    expected = [row.id for row in rows if holds(condition, row, EVENTS)]
    assert postgres.matching(condition, by_row=by_row) == expected
    assert lake.matching(condition, by_row=by_row) == expected


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
    rows = ROWS if by_row else [Row(row.id, NOW, row.values) for row in ROWS]
    expected = [row.id for row in rows if holds(condition, row, EVENTS)]
    assert postgres.matching(condition, by_row=by_row) == expected
    assert lake.matching(condition, by_row=by_row) == expected
