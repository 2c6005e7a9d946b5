"""What users define, in the lake: typed columns beside those of the code, and the answers of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from perennial.lake.exporting import Exporter, export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of
from perennial.lake.tests.world import ORCHARD
from perennial.lake.upkeep import compact
from perennial.lake.writer import sole_writer
from perennial.objects.made.defining import make_field, make_kind, retire_field
from perennial.objects.query import select
from perennial.objects.schema import condition_of
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, create_records, update_record
from perennial.workspace.actor import SYSTEM
from perennial.workspace.tests.cast import Cast, make_cast

CHOICES = {"choices": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]}
QUESTIONS = ("trees > 3", 'motto contains "gr"', "slope <= 1.5 or slope is empty", "opened after 2026-01-01",
             "has_pond = true", "seen_at before 2026-06-01", 'kinds = "b"', 'grade = "a"', "twin.trees > 3",
             "twins is filled", "rent >= 10", 'name starts with "o"', "owner is me")  # fmt: skip


@pytest.fixture
def cast(lake: Path) -> Cast:
    return make_cast()


def make(object_key: str, by) -> None:
    for type, label, options in (
        ("whole", "Trees", {}), ("text", "Motto", {}), ("number", "Slope", {}), ("day", "Opened", {}),
        ("flag", "Has pond", {}), ("moment", "Seen at", {}), ("choices", "Kinds", CHOICES),
        ("choice", "Grade", CHOICES), ("money", "Rent", {}),
        ("ref", "Twin", {"object_key": object_key}), ("refs", "Twins", {"object_key": object_key}),
    ):  # fmt: skip
        make_field(object_key, type=type, label=label, options=options, by=by)


def both(lake, kind, text, by):
    where = condition_of(kind, text, by=SYSTEM)
    expected = sorted(row.id for row in select(kind, by=by, where=where, limit=500).rows)
    return expected, sorted(row["id"] for row in lake.answer(records_of(lake, kind, by=by, where=where).select("id")))


def fill(kind, by) -> list[int]:
    ids = [result.id for result in create_records(kind, [
        {"name": f"o{n}", "trees": n, "motto": "Grow" if n % 2 else None, "slope": n / 2, "opened": "2026-05-01",
         "has_pond": n % 3 == 0, "seen_at": f"2026-0{1 + n % 9}-01T10:00:00Z", "kinds": ["a", "b"][: n % 3] or None,
         "grade": "a" if n % 4 else "b", "rent": n * 5} for n in range(12)], by=by).results]  # fmt: skip
    update_record(kind, ids[0], {"twin": ids[5], "twins": ids[3:6]}, by=by)
    return ids


def test_a_kind_that_a_user_made_answers_the_same_in_both(cast: Cast) -> None:
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make(made.key, cast.ada)
    fill(object_types[made.key], cast.ada)
    export_all()
    with open_lake() as lake:
        for question in QUESTIONS:
            for by in (cast.ada, cast.ben, cast.dov):
                expected, found = both(lake, object_types[made.key], question, by)
                assert found == expected, f"{question} by {by.name}"
            assert question == "owner is me" or both(lake, object_types[made.key], question, cast.ada)[1]


def test_a_field_made_later_widens_the_table_and_keeps_what_is_there(cast: Cast) -> None:
    first = create_record(ORCHARD, {"name": "old"}, by=cast.ada)
    exporter = Exporter()
    with sole_writer(patient=True):
        exporter.turn(pause=0)
        make(ORCHARD.key, cast.ada)
        fill(object_types[ORCHARD.key], cast.ada)
        exporter.turn(pause=0)
    for _time in range(2):
        with open_lake() as lake:
            for question in (*QUESTIONS, "trees is empty"):
                expected, found = both(lake, object_types[ORCHARD.key], question, cast.ada)
                assert found == expected, question
            assert both(lake, object_types[ORCHARD.key], "trees is empty", cast.ada)[1] == [first]
        compact(at_once=True)


def test_what_was_retired_keeps_its_column(cast: Cast) -> None:
    made = make_field(ORCHARD.key, type="whole", label="Trees", by=cast.ada)
    create_record(object_types[ORCHARD.key], {"name": "old", "trees": 4}, by=cast.ada)
    export_all()
    retire_field(made, by=cast.ada)
    create_record(ORCHARD, {"name": "new"}, by=cast.ada)
    export_all()
    with open_lake() as lake:
        table = "record_lake_tests_orchard"
        found = next(name for name in lake.tables if "orchard" in name) if table not in lake.tables else table
        assert sorted(lake.sql(f'SELECT name, custom_trees FROM "{found}"')) == [("new", None), ("old", 4)]
