"""A fact that somebody sorts by has its index soon, where the table is large and has none."""

from __future__ import annotations

import pytest

from perennial.foundation.sql import execute, fetch
from perennial.objects import fact_indexes
from perennial.objects.fact_indexes import make_fact_index, want_fact_index
from perennial.objects.facts import Fact, facts
from perennial.objects.fields import WholeType

pytestmark = pytest.mark.django_db
WELLS = Fact("tests.wells", "tests.garden", "Wells", WholeType(), "tests_wells", "wells", "How many wells.",
             id_column="garden_id")  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch):
    facts[WELLS.key] = WELLS
    monkeypatch.setattr(fact_indexes, "_asked", {})
    execute("CREATE TABLE tests_wells (garden_id bigint PRIMARY KEY, wells bigint)")
    execute("INSERT INTO tests_wells SELECT n, n % 7 FROM generate_series(1, 6000) n")
    yield
    facts.pop(WELLS.key)


def jobs() -> int:
    return int(fetch("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'objects.make_fact_index'")[0][0])


def test_a_large_table_gets_its_index_once(asked) -> None:
    want_fact_index(WELLS)
    assert jobs() == 0, "nobody knows yet how large it is"
    execute("ANALYZE tests_wells")
    fact_indexes.forget_fact_uses()
    want_fact_index(WELLS)
    want_fact_index(WELLS)
    assert jobs() == 1
    make_fact_index(WELLS.key)
    make_fact_index(WELLS.key)
    (found,) = fetch("SELECT indexdef FROM pg_indexes WHERE tablename = 'tests_wells' AND indexname LIKE 'fact_%%'")
    assert found[0].endswith("(wells, garden_id)")
    fact_indexes.forget_fact_uses()
    want_fact_index(WELLS)
    assert jobs() == 1


def test_a_fact_that_is_gone_and_one_without_a_table_ask_for_nothing(asked) -> None:
    make_fact_index("tests.nothing")
    want_fact_index(Fact("tests.no", "tests.garden", "No", WholeType(), "tests_nowhere", "no", "Nothing."))
    assert jobs() == 0
