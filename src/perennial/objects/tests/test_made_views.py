"""A kind and fields that users made, on a board and a calendar: as those of the code."""

from __future__ import annotations

from datetime import date

import pytest

from perennial.objects import query
from perennial.objects.fields import Link
from perennial.objects.made.defining import make_field, make_kind, retire_field
from perennial.objects.made.uses import uses_of
from perennial.objects.models import MadeField
from perennial.objects.running import undo_run
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types
from perennial.objects.views.changing import Sharing, create_view
from perennial.objects.views.checking import day_fields, lane_fields, usable
from perennial.objects.views.days import days
from perennial.objects.views.lanes import lane_page, lane_values, lanes
from perennial.objects.views.moving import move, move_to_day
from perennial.objects.views.reading import view_of
from perennial.objects.views.spec import ViewSpec
from perennial.objects.views.totals import totals_by
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast

STATES = {"choices": [{"key": "afloat", "label": "Afloat"}, {"key": "ashore", "label": "Ashore"}]}


@pytest.fixture
def boats(cast: Cast) -> list[int]:
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(made.key, type="choice", label="State", options=STATES, by=cast.ada)
    make_field(made.key, type="number", label="Length", by=cast.ada)
    make_field(made.key, type="day", label="Built", by=cast.ada)
    make_field(made.key, type="flag", label="Insured", by=cast.ada)
    make_field(made.key, type="ref", label="Garden", options={"object_key": GARDEN.key}, by=cast.ada)
    garden = create_record(GARDEN, {"name": "Rose"}, by=cast.ada)
    return [create_record(object_types["made.boat"], {
        "name": f"Boat {n}", "state": "afloat" if n % 2 else None, "length": n, "built": f"2026-03-{n + 1:02}",
        "insured": n % 3 == 0, "garden": garden if n > 4 else None}, by=cast.ada) for n in range(9)]  # fmt: skip


@pytest.mark.parametrize("key", ["state", "insured", "garden", "owner"])
def test_lanes_of_made_fields_hold_each_record_once(cast: Cast, boats: list[int], key: str) -> None:
    kind = object_types["made.boat"]
    assert key in lane_fields(kind, by=cast.ada)
    seen: list[int] = []
    for lane in lanes(kind, key, lane_values(kind, key, by=cast.ada), by=cast.ada, columns=["length"], sort="-length",
                      limit=2):  # fmt: skip
        seen += [row.id for row in lane.rows]
        if lane.next:
            seen += [row.id for row in lane_page(kind, key, lane.of.value, by=cast.ada, columns=(), sort="-length",
                                                 after=lane.next).rows]  # fmt: skip
    assert sorted(seen) == boats
    assert not any(lane.rows for lane in lanes(kind, key, lane_values(kind, key, by=cast.dov), by=cast.dov, columns=()))


def test_made_fields_are_summed_moved_and_put_back(cast: Cast, boats: list[int]) -> None:
    kind = object_types["made.boat"]
    assert totals_by(kind, "state", ["sum:length"], by=cast.ada)["afloat"].values == (16,)
    run = move(kind, boats[0], "state", "ashore", by=cast.ada)
    assert query.get(kind, boats[0], by=cast.ada, columns=("state",)).values["state"] == "ashore"
    undo_run(run.id, by=cast.ada)
    assert query.get(kind, boats[0], by=cast.ada, columns=("state",)).values["state"] is None
    move(kind, boats[0], "garden", None, by=cast.ada)
    assert day_fields(kind, by=cast.ada)[0] == "built"
    assert [len(each.rows) for each in days(kind, "built", date(2026, 3, 1), 3, by=cast.ada, columns=())] == [1, 1, 1]
    move_to_day(kind, boats[0], "built", date(2026, 3, 2), by=cast.ada)
    assert [len(each.rows) for each in days(kind, "built", date(2026, 3, 1), 3, by=cast.ada, columns=())] == [0, 2, 1]
    row = query.get(kind, boats[8], by=cast.ada, columns=("garden",))
    assert isinstance(row.values["garden"], Link)


def test_retiring_a_field_tells_of_its_views_and_leaves_them_working(cast: Cast, boats: list[int]) -> None:
    kind = object_types["made.boat"]
    id = create_view(kind, "Fleet", ViewSpec(layout="board", lanes="state", columns=("name", "length"), sort="-length"),
                     by=cast.ada, sharing=Sharing("everybody"))  # fmt: skip
    assert ("Fleet", f"/o/made.boat/?view={id}") in [(str(use.name), use.url) for use in uses_of(kind.key, "length")]
    retire_field(MadeField.objects.get(object_key=kind.key, key="length"), by=cast.ada)
    left = usable(view_of(id, by=cast.ada).spec, object_types["made.boat"], by=cast.ada)
    assert left == ViewSpec(layout="board", lanes="state", columns=("name",))
