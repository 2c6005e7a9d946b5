"""A little lake, exported from a deployment, read by a cluster: the answers of PostgreSQL, as DuckDB gives them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest

from perennial.conditions.text import parse
from perennial.foundation import clock
from perennial.foundation.sql import copy_rows, execute
from perennial.foundation.sql import json as jsonb
from perennial.lake.engines.contract import NotInSql
from perennial.lake.exporting import export_all
from perennial.lake.reader import Lake, open_lake
from perennial.lake.records import records_of
from perennial.lake.tests.test_export import COLUMNS, MIXED
from perennial.lake.tests.test_records import QUESTIONS, cast  # noqa: F401 - a fixture
from perennial.lake.tests.world import ORCHARD, WALK, Orchard, Walk
from perennial.lake.upkeep import compact
from perennial.objects.made.defining import make_field
from perennial.objects.models import Share
from perennial.objects.query import select
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import create_record
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.tests.cast import Cast

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Asked = list[tuple[str, Actor]]


def test_the_cluster_answers_as_the_database_does(cast: Cast, on_the_cluster: str) -> None:  # noqa: F811
    asked = [(question, by) for question in QUESTIONS for by in (SYSTEM, cast.ben)]
    asked += [(question, by) for question in QUESTIONS[:2] for by in (cast.ada, cast.dov)]
    with open_lake() as lake:
        assert lake.engine.name == "spark"
        found = all_at_once(lake, ORCHARD, asked)
        for (question, by), ids in zip(asked, found, strict=True):
            assert ids == in_the_database(ORCHARD, question, by), f"{question} by {by.name}"
        assert len(found[-1]) < len(found[-2])
        with pytest.raises(NotInSql):
            lake.sql("SELECT 1")


def test_what_was_shared_is_seen_there_too(cast: Cast, on_the_cluster: str) -> None:  # noqa: F811
    theirs = Orchard.objects.filter(deleted_at=None).exclude(owner=cast.ben_user)[:3]
    for orchard, until in zip(theirs, (None, clock.real_now() + timedelta(days=1), clock.real_now()), strict=True):
        Share.objects.create(object_key="tests.orchard", record_id=orchard.pk, until=until, user=cast.ben_user)
    Share.objects.create(object_key="tests.walk", record_id=Walk.objects.filter(orchard=None)[0].pk, team=cast.team)
    export_all()
    with open_lake() as lake:
        for kind in (ORCHARD, WALK):
            asked = [("all of ()", cast.ben), ("all of ()", cast.ada)]
            his, all_of_them = all_at_once(lake, kind, asked)
            assert his == in_the_database(kind, *asked[0])
            assert his < all_of_them


def test_whole_rows_are_the_same_to_the_last_digit(lake: Path, on_the_cluster: str) -> None:
    """Every type of column, also in files from before a column was made, and while there is no file at all."""
    export_all()
    assert answers("mixed") == ([], [])
    copy_rows("lake_tests_mixed", COLUMNS, [
        tuple(jsonb(value) if column == "data" and value is not None else value
              for column, value in zip(COLUMNS, row, strict=True)) for row in MIXED])  # fmt: skip
    create_record(ORCHARD, {"name": "old"}, by=SYSTEM)
    now = clock.now()
    record([NewEvent("tests.planted", None, {"odd'\"key": "it's `odd`", "due": now.isoformat(), "n": 0.1})])
    export_all()
    make_field(ORCHARD.key, type="number", label="Slope", by=SYSTEM)
    create_record(object_types[ORCHARD.key], {"name": "new", "slope": Decimal("1.25")}, by=SYSTEM)
    execute("DELETE FROM lake_tests_mixed WHERE id = 2")
    export_all()
    for _time in range(2):
        for name, count in (("mixed", 3), ("record_lake_tests_orchard", 2), ("events", None), ("changes", None)):
            one, other = answers(name)
            assert one == other
            assert len(one) == count or (count is None and one)
        compact(at_once=True)


def test_columns_values_and_numbers(cast: Cast, on_the_cluster: str) -> None:  # noqa: F811
    with open_lake() as spark, open_lake(engine="duckdb") as duckdb:
        for lake in (spark, duckdb):
            rows = records_of(lake, ORCHARD, by=SYSTEM)
            assert lake.answer(rows.count()) == 55
            assert lake.answer(rows.worth.max()) == Decimal("99999999999.4999")
            assert set(lake.answer(rows.soil)) == {"loam", "clay"}
            newest = rows.created_at.first(order_by=[rows.created_at.desc(), rows.id.desc()])
            assert lake.answer(newest) == Orchard.objects.filter(deleted_at=None).latest("created_at").created_at


def all_at_once(lake: Lake, kind: ObjectType, asked: Asked) -> list[set[int]]:
    """Many questions in one job: each by itself takes a cluster a second, however little there is to read."""
    parts = [
        records_of(lake, kind, by=by, where=parse(question, schema_of(kind))).select("id").mutate(number=number)
        for number, (question, by) in enumerate(asked)
    ]
    rows = lake.answer(ibis.union(*parts))
    return [{row["id"] for row in rows if row["number"] == number} for number in range(len(asked))]


def in_the_database(kind: ObjectType, question: str, by: Actor) -> set[int]:
    where = parse(question, schema_of(kind))
    return {row.id for row in select(kind, by=by, where=where, columns=(), limit=200).rows}


def answers(name: str) -> tuple[list[Any], list[Any]]:
    found = []
    for engine in ("spark", "duckdb"):
        with open_lake(engine=engine) as lake:
            table = lake.table(name)
            found.append(lake.answer(table.order_by("id").select(*sorted(table.columns))))
    return found[0], found[1]
