from __future__ import annotations

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.conditions.check import check
from perennial.conditions.tests.engines import Lake, Postgres
from perennial.conditions.tests.strategies import conditions, worlds
from perennial.conditions.tests.world import NOW, SCHEMA, Row, holds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def duckdb():
    return ibis.duckdb.connect()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), asked=st.lists(conditions(), min_size=4, max_size=8), by_row=st.booleans())
def test_both_engines_answer_as_the_reference_does(duckdb, world, asked, by_row):
    rows, events = world
    postgres, lake = Postgres(rows, events), Lake(duckdb, rows, events)
    for condition in asked:
        check(condition, SCHEMA)
        instants = rows if by_row else [Row(row.id, NOW, row.values) for row in rows]
        expected = [row.id for row in instants if holds(condition, row, events)]
        assert postgres.matching(condition, by_row=by_row) == expected
        assert lake.matching(condition, by_row=by_row) == expected
