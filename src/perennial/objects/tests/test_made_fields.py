"""Made fields of a kind that the code declares: one of a table of its own columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from perennial.conditions.tree import TRUE
from perennial.foundation.errors import Conflict, Forbidden, Invalid
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.history import history
from perennial.objects.made import catalogue
from perennial.objects.made.catalogue import follow
from perennial.objects.made.defining import (
    change_field,
    make_field,
    order_fields,
    rename_term,
    restore_field,
    retire_field,
)
from perennial.objects.made.indexing import build_index
from perennial.objects.models import MadeField
from perennial.objects.running import undo_run
from perennial.objects.schema import condition_of
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, create_records, update_record, update_records, upsert_records
from perennial.workspace.actor import SYSTEM

COLOURS = {"choices": [{"key": "red", "label": "Red"}, {"key": "blue", "label": "Blue"}]}


def garden(cast, name, **values):
    return create_record(GARDEN, {"name": name, **values}, by=cast.ada)


def found(cast, text, sort=None):
    kind = object_types[GARDEN.key]
    where = condition_of(kind, text, by=cast.ada) if text else TRUE
    return [row.title for row in query.select(kind, by=cast.ada, where=where, sort=sort).rows]


def values_of(cast, id, *keys):
    return query.get(GARDEN, id, by=cast.ada, columns=keys).values


@pytest.fixture
def made(cast):
    """A field of each type that a value can be compared with."""
    for type, label, options in (
        ("text", "Motto", {}), ("whole", "Trees", {}), ("number", "Slope", {"places": 3}), ("money", "Rent", {}),
        ("flag", "Has a pond", {}), ("day", "Opened", {}), ("moment", "Visited at", {}), ("choice", "Colour", COLOURS),
        ("choices", "Colours", COLOURS), ("member", "Gardener", {}), ("ref", "Twin", {"object_key": GARDEN.key}),
        ("refs", "Neighbours", {"object_key": GARDEN.key}), ("percent", "Shade", {}), ("time", "Opens at", {}),
    ):  # fmt: skip
        make_field(GARDEN.key, type=type, label=label, options=options, by=cast.ada)


WHOLE = {
    "motto": "Grow", "trees": 12, "slope": "1.125", "rent": "12.50", "has_a_pond": True, "opened": "2026-05-01",
    "visited_at": "2026-05-01T10:00:00Z", "colour": "red", "colours": ["red", "blue"], "shade": 40, "opens_at": "08:30",
}  # fmt: skip


def test_values_of_every_type_come_back_as_they_went_in(cast, made):
    twin = garden(cast, "Twin")
    id = garden(cast, "Rose", **WHOLE, twin=twin, neighbours=[twin], gardener=cast.ada_user.pk)
    got = values_of(cast, id, *WHOLE, "twin", "neighbours", "gardener")
    assert (got["motto"], got["trees"], got["slope"]) == ("Grow", 12, Decimal("1.125"))
    assert (got["has_a_pond"], got["opened"]) == (True, date(2026, 5, 1))
    assert got["rent"].amount == Decimal("12.50")
    assert got["visited_at"] == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert (got["colour"], got["colours"]) == ("red", ["red", "blue"])
    assert (got["twin"].title, got["gardener"].title) == ("Twin", "Ada")
    assert [link.title for link in got["neighbours"]] == ["Twin"]


@pytest.mark.parametrize(
    "text",
    ['motto contains "row"', "trees >= 12 and trees < 13", "slope between 1 and 1.5", "rent > 12", "has_a_pond = true",
     "opened = 2026-05-01", "visited_at before 2026-06-01", 'colour = "red"', 'colours = "blue"', "shade <= 40",
     "twin.name = \"Twin\"", "gardener is me", "neighbours is filled"],
)  # fmt: skip
def test_they_are_filtered_by(cast, made, text):
    twin = garden(cast, "Twin")
    garden(cast, "Rose", **WHOLE, twin=twin, neighbours=[twin], gardener=cast.ada_user.pk)
    assert found(cast, text) == ["Rose"]


def test_they_are_sorted_by_with_what_is_empty_last(cast, made):
    for name, trees in (("A", 5), ("B", None), ("C", 11)):
        garden(cast, name, trees=trees)
    assert found(cast, "", "trees") == ["A", "C", "B"]
    assert found(cast, "", "-trees") == ["C", "A", "B"]


def test_changing_one_leaves_the_others_and_can_be_undone(cast, made):
    id = garden(cast, "Rose", **WHOLE)
    run = update_record(GARDEN, id, {"trees": 13, "motto": None}, by=cast.ada)
    assert values_of(cast, id, "trees", "motto", "shade") == {"trees": 13, "motto": None, "shade": 40}
    assert ("trees", 12, 13) in history(GARDEN, id, by=cast.ada)[0].changes
    undo_run(run.id, by=cast.ada)
    assert values_of(cast, id, "trees", "motto", "colours") == {
        "trees": 12, "motto": "Grow", "colours": ["red", "blue"]}  # fmt: skip


def test_what_cannot_be_is_refused_by_field(cast, made):
    with pytest.raises(Invalid) as refused:
        garden(cast, "Rose", trees="many", colour="green", twin=10**9, shade=3)
    assert set(refused.value.fields) == {"trees", "colour", "twin"}


def test_many_are_written_at_once_and_upserted(cast, made):
    rows = [{"name": f"Garden {n}", "trees": n, "external_id": f"g{n}"} for n in range(60)]
    assert all(result.is_done for result in create_records(GARDEN, rows, by=cast.ada).results)
    again = [{"external_id": f"g{n}", "trees": n + 1, "colour": "blue"} for n in range(30)]
    assert {r.data["made"] for r in upsert_records(GARDEN, again, by=cast.ada).results} == {"updated"}
    assert len(found(cast, 'colour = "blue" and trees >= 1')) == 30


def test_a_retired_field_is_gone_and_comes_back_with_its_values(cast, made):
    id = garden(cast, "Rose", **WHOLE)
    field = next(each for each in _definitions() if each.key == "trees")
    retire_field(field, by=cast.ada)
    assert object_types[GARDEN.key].field("trees") is None
    with pytest.raises(Invalid):
        update_record(GARDEN, id, {"trees": 1}, by=cast.ada)
    update_record(GARDEN, id, {"motto": "Rest"}, by=cast.ada)
    restore_field(field, by=cast.ada)
    assert values_of(cast, id, "trees", "motto") == {"trees": 12, "motto": "Rest"}


def test_a_key_never_means_two_types(cast, made):
    field = next(each for each in _definitions() if each.key == "trees")
    retire_field(field, by=cast.ada)
    assert make_field(GARDEN.key, type="text", label="Trees", by=cast.ada).key == "trees_2"


def test_unique_means_unique(cast):
    make_field(GARDEN.key, type="text", label="Plot number", is_unique=True, by=cast.ada)
    garden(cast, "Rose", plot_number="7")
    with pytest.raises(Conflict):
        garden(cast, "Lily", plot_number="7")
    other = garden(cast, "Lily", plot_number="8")
    with pytest.raises(Conflict):
        update_record(GARDEN, other, {"plot_number": "7"}, by=cast.ada)


def test_what_is_double_already_cannot_become_unique(cast):
    field = make_field(GARDEN.key, type="text", label="Plot number", by=cast.ada)
    garden(cast, "Rose", plot_number="7")
    garden(cast, "Lily", plot_number="7")
    with pytest.raises(Invalid) as refused:
        change_field(field, is_unique=True, by=cast.ada)
    assert set(refused.value.fields) == {"is_unique"}


def test_labels_in_any_script_make_plain_keys(cast):
    assert make_field(GARDEN.key, type="text", label="Тілек (м²)", by=cast.ada).key.isascii()
    assert make_field(GARDEN.key, type="text", label="id", by=cast.ada).key == "id_2"
    assert make_field(GARDEN.key, type="text", label="42", by=cast.ada).key == "field_42"


def test_who_may_not_shape_changes_nothing(cast):
    for by in (cast.ben, cast.dov):
        with pytest.raises(Forbidden):
            make_field(GARDEN.key, type="text", label="Motto", by=by)
        with pytest.raises(Forbidden):
            rename_term(GARDEN.key, label="Park", label_plural="Parks", by=by)


def test_terms_are_renamed_and_given_back(cast):
    rename_term(GARDEN.key, label="Park", label_plural="Parks", by=cast.ada)
    rename_term(f"{GARDEN.key}/name", label="Called", by=cast.ada)
    kind = object_types[GARDEN.key]
    assert (kind.label, kind.label_plural, kind.field("name").label) == ("Park", "Parks", "Called")
    rename_term(GARDEN.key, label="", by=cast.ada)
    rename_term(f"{GARDEN.key}/name", label="", by=cast.ada)
    assert object_types[GARDEN.key].label == GARDEN.label


def test_fields_stand_in_the_order_they_were_given(cast, made):
    order_fields(GARDEN.key, ["shade", "motto"], by=cast.ada)
    keys = [field.key for field in object_types[GARDEN.key].fields if field.is_custom]
    assert keys[:3] == ["shade", "motto", "trees"]


def test_another_process_follows_a_change(cast, made):
    fetch("UPDATE objects_made_field SET label = 'Number of trees' WHERE key = 'trees' RETURNING 1")
    fetch("UPDATE objects_catalogue SET version = version + 1 RETURNING 1")
    catalogue._State.until = 0.0
    follow()
    assert object_types[GARDEN.key].field("trees").label == "Number of trees"


def test_definitions_stand_in_the_change_log(cast):
    make_field(GARDEN.key, type="text", label="Motto", by=cast.ada)
    assert fetch("SELECT object_key, kind, actor FROM timeline_change WHERE object_key LIKE 'objects.%%'") == [
        ("objects.made_field", "configure", cast.ada.log_name)
    ]


def test_the_house_may_write_them_too(cast, made):
    id = garden(cast, "Rose", trees=1)
    assert update_records(GARDEN, {id: {"trees": 2}}, by=SYSTEM).results[0].is_done


def _definitions():
    return list(MadeField.objects.all())


@pytest.mark.django_db
def test_indexes_are_built_one_after_another() -> None:
    """Two at once on one table wait for each other until the database ends one of them."""
    for field_id in (1, 2):
        build_index(field_id)
    rows = fetch("SELECT lock FROM procrastinate_jobs WHERE task_name = 'objects.make_index'")
    assert len(rows) == 2
    assert len(set(rows)) == 1
    assert rows[0][0]
