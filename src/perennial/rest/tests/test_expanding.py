"""Relations opened: over two of them, and relations to many; what the key may not see stays closed."""

from __future__ import annotations

import pytest

from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def fleet(cast: Cast) -> dict[str, int]:
    """A trip on a boat of a harbour, with two escorts."""
    for label, plural in (("Harbour", "Harbours"), ("Boat", "Boats"), ("Trip", "Trips")):
        make_kind(label=label, label_plural=plural, by=cast.ada)
    make_field("made.boat", type="ref", label="Harbour", options={"object_key": "made.harbour"}, by=cast.ada)
    make_field("made.trip", type="ref", label="Boat", options={"object_key": "made.boat"}, by=cast.ada)
    make_field("made.trip", type="refs", label="Escorts", options={"object_key": "made.boat"}, by=cast.ada)
    harbour = create_record(object_types["made.harbour"], {"name": "Aktau"}, by=cast.ada)
    one, two = (create_record(object_types["made.boat"], {"name": name, "harbour": harbour, "owner": cast.ada_user.pk},
                              by=cast.ada) for name in ("Ayan", "Bura"))  # fmt: skip
    trip = create_record(object_types["made.trip"], {"name": "North", "boat": one, "escorts": [one, two]}, by=cast.ada)
    return {"harbour": harbour, "one": one, "two": two, "trip": trip}


def test_two_relations_are_opened_and_no_third(cast: Cast, fleet: dict[str, int]) -> None:
    ours = Program(cast, "administrator")
    for address in (f"trips/{fleet['trip']}?", "trips?limit=5&"):
        got = ours.call("GET", f"{address}expand=boat.harbour").json()
        boat = (got["data"][0] if "data" in got else got)["boat"]
        assert (boat["name"], boat["harbour"]["name"]) == ("Ayan", "Aktau")
    owner = ours.call("GET", f"trips/{fleet['trip']}?expand=boat.owner").json()["boat"]["owner"]
    assert owner == {"id": cast.ada_user.pk, "title": "Ada"}
    empty = create_record(object_types["made.trip"], {"name": "South"}, by=cast.ada)
    assert ours.call("GET", f"trips/{empty}?expand=boat.harbour").json()["boat"] is None
    for wrong in ("boat.harbour.owner", "boat.name", "name", "boat.", "escorts.harbour", ".", "owner.team"):
        assert ours.call("GET", f"trips?expand={wrong}").status_code == 422, wrong


def test_relations_to_many_are_opened_for_who_may_see_them(cast: Cast, fleet: dict[str, int]) -> None:
    ours = Program(cast, "administrator")
    escorts = ours.call("GET", f"trips/{fleet['trip']}?expand=escorts").json()["escorts"]
    assert [(each["title"], each["harbour"]["title"]) for each in escorts] == [("Ayan", "Aktau"), ("Bura", "Aktau")]
    assert ours.call("GET", "trips?expand=escorts&fields=name").json()["data"][0]["escorts"][0]["name"] == "Ayan"
    update_record(object_types["made.trip"], fleet["trip"], {"owner": cast.ben_user.pk}, by=cast.ada)
    assert Program(cast, "limited").call("GET", f"trips/{fleet['trip']}?expand=escorts").status_code == 404
