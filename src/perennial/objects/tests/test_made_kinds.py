"""Whole kinds that users make: all that a kind of the code has, from rows alone."""

from __future__ import annotations

import pytest

from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.objects import query
from perennial.objects.importing.registry import all_kinds
from perennial.objects.made.defining import change_kind, make_field, make_kind, restore_kind, retire_kind
from perennial.objects.running import undo_run
from perennial.objects.schema import condition_of
from perennial.objects.searching import find
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types, type_by_path
from perennial.objects.writing import create_record, create_records, delete_records, update_record, upsert_records


@pytest.fixture
def boat(cast):
    made = make_kind(label="Boat", label_plural="Boats", icon="sailboat", by=cast.ada)
    make_field(made.key, type="number", label="Length", is_listed=True, by=cast.ada)
    make_field(made.key, type="ref", label="Garden", options={"object_key": GARDEN.key}, by=cast.ada)
    make_field(made.key, type="email", label="Harbour mail", by=cast.ada)
    return made


def kind_of(made):
    return object_types[made.key]


def titles(cast, kind, text="", by=None, **asked):
    where = condition_of(kind, text, by=cast.ada)
    return [row.title for row in query.select(kind, by=by or cast.ada, where=where, **asked).rows]


def test_a_kind_has_a_key_a_path_and_a_list(cast, boat):
    kind = kind_of(boat)
    assert (kind.key, kind.path, kind.title, kind.table) == ("made.boat", "boats", "name", "objects_record")
    assert kind.list.columns == ("name", "length", "owner", "updated_at")
    assert type_by_path("boats") is kind
    assert "made.boat" in {each.key for each in all_kinds(cast.ada)}


def test_its_records_are_written_found_changed_and_undone(cast, boat):
    kind = kind_of(boat)
    garden = create_record(GARDEN, {"name": "Rose"}, by=cast.ada)
    id = create_record(kind, {"name": "Ayan", "length": 9.5, "garden": garden, "harbour_mail": "dock@example.com"},
                       by=cast.ada)  # fmt: skip
    create_record(kind, {"name": "Bura", "length": 7}, by=cast.ada)
    assert titles(cast, kind, 'length > 8 and garden.name = "Rose"') == ["Ayan"]
    assert titles(cast, kind, sort="length") == ["Bura", "Ayan"]
    assert [hit.title for hit in find("dock@", by=cast.ada)] == ["Ayan"]
    run = update_record(kind, id, {"name": "Aya", "length": 10}, by=cast.ada)
    assert titles(cast, kind, search="aya") == ["Aya"]
    undo_run(run.id, by=cast.ada)
    assert titles(cast, kind, "length = 9.5") == ["Ayan"]
    delete_records(kind, [id], by=cast.ada)
    assert titles(cast, kind) == ["Bura"]


def test_kinds_that_share_the_table_do_not_see_each_other(cast, boat):
    car = make_kind(label="Car", label_plural="Cars", by=cast.ada)
    make_field(car.key, type="text", label="Length", by=cast.ada)
    assert kind_of(car).field("length_2") is not None, "one key, one type in a table"
    create_record(kind_of(car), {"name": "Lada", "length_2": "short"}, by=cast.ada)
    id = create_record(kind_of(boat), {"name": "Ayan", "length": 9}, by=cast.ada)
    assert titles(cast, kind_of(boat), "length > 1") == ["Ayan"]
    assert titles(cast, kind_of(car)) == ["Lada"]
    with pytest.raises(NotFound):
        query.get(kind_of(car), id, by=cast.ada)


def test_external_ids_belong_to_a_kind(cast, boat):
    car = make_kind(label="Car", label_plural="Cars", by=cast.ada)
    for made in (boat, car):
        run = upsert_records(kind_of(made), [{"external_id": "1", "name": "One"}], by=cast.ada)
        assert run.results[0].data["made"] == "created"
    again = upsert_records(kind_of(car), [{"external_id": "1", "name": "Uno"}], by=cast.ada)
    assert again.results[0].data["made"] == "updated"
    assert titles(cast, kind_of(boat)) == ["One"]


def test_ben_sees_his_own_and_dov_sees_nothing(cast, boat):
    kind = kind_of(boat)
    create_record(kind, {"name": "Ayan"}, by=cast.ada)
    create_record(kind, {"name": "Bura"}, by=cast.ben)
    assert titles(cast, kind, by=cast.ben) == ["Bura"]
    assert titles(cast, kind, by=cast.dov) == []
    assert [hit.title for hit in find("ayan", by=cast.ben)] == []
    with pytest.raises(Forbidden):
        create_record(kind, {"name": "Cara"}, by=cast.dov)


def test_a_retired_kind_is_gone_and_comes_back_with_its_records(cast, boat):
    create_record(kind_of(boat), {"name": "Ayan"}, by=cast.ada)
    retire_kind(boat, by=cast.ada)
    assert "made.boat" not in object_types
    assert find("ayan", by=cast.ada) == []
    assert make_kind(label="Boat", label_plural="Boats", by=cast.ada).key == "made.boat_2"
    restore_kind(boat, by=cast.ada)
    assert titles(cast, kind_of(boat)) == ["Ayan"]


def test_renaming_keeps_the_key_and_the_path(cast, boat):
    change_kind(boat, label="Vessel", label_plural="Vessels", by=cast.ada)
    assert (kind_of(boat).label, kind_of(boat).path, kind_of(boat).key) == ("Vessel", "boats", "made.boat")


def test_many_at_once(cast, boat):
    kind = kind_of(boat)
    rows = [{"name": f"Boat {n}", "length": n} for n in range(500)]
    assert all(each.is_done for each in create_records(kind, rows, by=cast.ada).results)
    page = query.select(kind, by=cast.ada, sort="-length", limit=50)
    after = query.select(kind, by=cast.ada, sort="-length", limit=50, after=page.next)
    assert (page.rows[0].title, after.rows[0].title) == ("Boat 499", "Boat 449")
    assert query.estimate(kind, by=cast.ada).count == 500


@pytest.mark.parametrize("label", ["", "  ", "x" * 81, "Garden", "a\x00b"])
def test_a_wrong_name_is_refused(cast, label):
    with pytest.raises(Invalid):
        make_kind(label=label, label_plural="Things", by=cast.ada)


def test_names_that_mean_something_else_are_made_different(cast):
    assert make_kind(label="Batch", label_plural="Batch", by=cast.ada).path == "batch-2"
    assert make_kind(label="船", label_plural="船", by=cast.ada).path.isascii()


def test_who_may_not_shape_makes_nothing(cast):
    with pytest.raises(Forbidden):
        make_kind(label="Boat", label_plural="Boats", by=cast.ben)


def test_there_is_an_end_to_kinds(cast, monkeypatch):
    monkeypatch.setattr("perennial.objects.made.defining.MOST_KINDS", 1)
    make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    with pytest.raises(Conflict):
        make_kind(label="Car", label_plural="Cars", by=cast.ada)
