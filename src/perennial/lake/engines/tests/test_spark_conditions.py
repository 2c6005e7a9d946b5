"""The property test of conditions on a cluster: random rules, the same members as the reference finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from perennial.conditions import Condition, check
from perennial.conditions.tests.engines import Lake
from perennial.conditions.tests.reference import expected
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.world import NOW, SCHEMA, world
from perennial.conditions.text import parse, to_text
from perennial.foundation import clock
from perennial.lake.engines.spark import SparkEngine, spark_engine

pytestmark = [pytest.mark.spark, pytest.mark.slow]
WORLD = world(7, rows=100, events=500, related=120)
WHEN = ("now", "then", "by row")
TOGETHER = 8  # conditions in one job, each a column: Spark takes a second for every question, however small
Asked = list[tuple[Condition, str]]


@dataclass(frozen=True)
class _Backend:
    """What the test asks of a backend of Ibis."""

    engine: SparkEngine

    def to_pyarrow(self, asked: ir.Expr) -> Any:
        return self.engine.arrow(asked)


@pytest.fixture(scope="module")
def lake(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """The world as Delta tables, in a folder whose name has what Spark takes for a pattern."""
    folder = tmp_path_factory.mktemp("a lake {é}")
    with override_settings(SPARK_MASTER=cluster), spark_engine("") as engine:
        yield Lake(_Backend(engine), partial(_put, engine, folder)).load(WORLD)


def _put(engine: SparkEngine, folder: Path, name: str, data: pa.Table) -> ir.Table:
    write_deltalake(str(folder / name), data)
    engine.show_log(name, DeltaTable(str(folder / name)))
    return engine.table(name)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


KNOWN = (
    "born_on within 2 days or born_on older than 3 days",
    'first(channel of placed) = "a" or last(is_gift of placed) = true',
    "did placed before 1 month ago or did placed within 5 months",
    "has orders where (has orders where (did placed))",
    "in segment vip and not changed stage within 2 weeks",
    "sum(total of placed) < 999999999999999999.9999999999 and average(total of placed) > -999999999999999999",
    "spent in (999999999999999999, 0.0000000001, 1) or ratio between -999999999999999999 and 1.5",
    "seen_at > 1000-01-01 and seen_at < 3000-12-31 and born_on between 1000-01-01 and 3000-12-31",
)


@pytest.mark.parametrize("when", WHEN)
def test_what_was_hard_once(lake: Lake, when: str) -> None:
    compare(lake, [(parse(text, SCHEMA), when) for text in KNOWN])


@pytest.mark.parametrize(
    "text", ["${spark.app.name}", "\\' OR true -- ", "`", "\\u0041\\", "/*", "a\n\r\t", "%_", "''"]
)
def test_what_users_type_is_only_ever_text(lake: Lake, text: str) -> None:
    rows = lake.made["r"]
    found = lake.backend.to_pyarrow(rows.limit(1).select(said=ibis.literal(text), same=rows.name == text))
    assert found.to_pylist() == [{"said": text, "same": False}]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(asked=st.lists(st.tuples(conditions(), st.sampled_from(WHEN)), min_size=TOGETHER, max_size=TOGETHER))
def test_the_cluster_answers_as_the_reference_does(lake: Lake, asked: Asked) -> None:
    compare(lake, asked)


def compare(lake: Lake, asked: Asked) -> None:
    tests = {
        f"test_{number}": lake.test(check(condition, SCHEMA), by_row=when == "by row", is_now=when == "now")
        for number, (condition, when) in enumerate(asked)
    }
    rows = lake.made["r"]
    found = lake.backend.to_pyarrow(rows.select("id", **{name: test.fill_null(False) for name, test in tests.items()}))
    for name, (condition, when) in zip(tests, asked, strict=True):
        wanted = expected(condition, WORLD if when == "by row" else WORLD.now(), is_now=when == "now")
        assert sorted(found.filter(found[name])["id"].to_pylist()) == wanted, f"{to_text(condition)} ({when})"
