"""Comments, shares and absences by API: each with the key that may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from perennial.foundation import clock
from perennial.objects.made.defining import make_kind
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.rest.tests.program import Program
from perennial.timeline.models import Notification
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def boat(cast: Cast) -> int:
    make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    return create_record(object_types["made.boat"], {"name": "Ayan"}, by=cast.ada)


def test_a_program_says_something_calls_somebody_and_changes_only_what_is_its_own(cast: Cast, boat: int) -> None:
    ours, theirs, none = Program(cast, "administrator"), Program(cast, "administrator"), Program(cast, "none")
    address = f"boats/{boat}/comments"
    made = ours.call("POST", address, {"text": "Ask @Ada about the sail"})
    assert made.status_code == 201
    said = made.json()
    assert (said["author"], said["author_name"], said["mentions"]) == (None, ours.key.name, ["Ada"])
    assert Notification.objects.filter(user=cast.ada_user).count() == 1
    assert not Notification.objects.filter(user=cast.dov_user).exists()
    one = f"{address}/{said['id']}"
    assert theirs.call("PATCH", one, {"text": "No"}).status_code == 403
    assert [none.call(*asked).status_code for asked in (("GET", address), ("DELETE", one))] == [404, 404]
    assert ours.call("PATCH", one, {"text": "Ask about the mast"}).json()["text"] == "Ask about the mast"
    for wrong in ({}, {"text": " "}, {"text": 7}, {"text": "x", "author": 1}):
        assert ours.call("POST", address, wrong).status_code == 422
    ours.call("POST", address, {"text": "Second"})
    first = ours.call("GET", f"{address}?limit=1").json()
    assert [each["text"] for each in first["data"]] == ["Second"]
    rest = ours.call("GET", f"{address}?limit=1&cursor={first['next']}").json()
    assert [each["text"] for each in rest["data"]] == ["Ask about the mast"]
    assert rest["next"] is None
    assert ours.call("DELETE", one).status_code == 204
    assert ours.call("GET", one).status_code == 404
    assert ours.call("GET", f"boats/{boat + 1}/comments").status_code == 404
    assert ours.call("GET", f"people/{boat}/comments/{said['id']}").status_code == 404


def test_a_record_is_shared_and_taken_back(cast: Cast, boat: int) -> None:
    ours, limited, none = Program(cast, "administrator"), Program(cast, "limited"), Program(cast, "none")
    address = f"boats/{boat}/shares"
    made = ours.call("POST", address, {"user": cast.ben_user.pk, "reach": "edit", "until": None})
    assert made.status_code == 201
    assert (made.json()["with"], made.json()["reach"], made.json()["is_team"]) == ("Ben", "edit", False)
    assert ours.call("POST", address, {"user": cast.ben_user.pk}).json()["id"] == made.json()["id"]
    for key in (limited, none):  # it is not theirs to see
        assert key.call("GET", address).status_code == 404
        assert key.call("POST", address, {"user": cast.ben_user.pk}).status_code == 404
        assert key.call("GET", f"boats/{boat}/seen-by").status_code == 404
    seers = {each["name"]: each["view"] for each in ours.call("GET", f"boats/{boat}/seen-by").json()["data"]}
    assert (seers["Ben"], seers["Ada"], "Dov" in seers) == (["share"], ["role"], False)
    ben = {"user": cast.ben_user.pk}
    for wrong in ({}, {"user": cast.dov_user.pk}, {"user": True}, {"user": 1, "team": 1}, ben | {"x": 1},
                  ben | {"until": "tomorrow"}, ben | {"reach": "own"}):  # fmt: skip
        assert ours.call("POST", address, wrong).status_code == 422
    one = f"{address}/{made.json()['id']}"
    assert limited.call("DELETE", one).status_code == 404
    assert ours.call("DELETE", one).status_code == 204
    assert ours.call("GET", address).json()["data"] == []
    assert ours.call("DELETE", one).status_code == 404
    assert ours.call("GET", "products/1/shares").status_code == 404


def test_who_stands_in_is_named_by_keys_that_manage_users(cast: Cast) -> None:
    ours, limited = Program(cast, "administrator"), Program(cast, "limited")
    sent = {"user": cast.ada_user.pk, "deputy": cast.ben_user.pk,
            "ends": (clock.real_now() + timedelta(days=2)).isoformat()}  # fmt: skip
    for asked in (("GET", "absences"), ("POST", "absences", sent), ("DELETE", "absences/1")):
        assert limited.call(*asked).status_code == 403
    made = ours.call("POST", "absences", sent)
    assert made.status_code == 201
    assert (made.json()["user"]["name"], made.json()["deputy"]["name"]) == ("Ada", "Ben")
    assert [each["id"] for each in ours.call("GET", "absences").json()["data"]] == [made.json()["id"]]
    for wrong in ({}, sent | {"deputy": cast.ada_user.pk}, sent | {"ends": "2020-01-01T00:00:00Z"}, sent | {"x": 1}):
        assert ours.call("POST", "absences", wrong).status_code == 422
    assert ours.call("DELETE", f"absences/{made.json()['id']}").status_code == 204
    assert ours.call("GET", "absences").json()["data"] == []
