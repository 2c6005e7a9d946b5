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


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(condition=conditions(), by_row=st.booleans())
@example(condition=parse("born_on within 2 days or born_on older than 3 days"), by_row=True)
@example(condition=parse("first(channel of placed) = \"a\" or last(is_gift of placed) = true"), by_row=False)
def test_both_engines_answer_as_the_reference_does(postgres, lake, condition, by_row):
    """Over every row at one instant, and over every row at an instant of its own."""
    check(condition, SCHEMA)
    rows = ROWS if by_row else [Row(row.id, NOW, row.values) for row in ROWS]
    expected = [row.id for row in rows if holds(condition, row, EVENTS)]
    assert postgres.matching(condition, by_row=by_row) == expected
    assert lake.matching(condition, by_row=by_row) == expected
