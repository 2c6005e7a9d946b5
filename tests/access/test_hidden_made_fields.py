"""Fields and objects made by users have rights like all others, the moment they are there; so has what is computed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from perennial.conditions.errors import ConditionError
from perennial.objects import query
from perennial.objects.exporting import csv_rows
from perennial.objects.field_rights import hidden
from perennial.objects.made.catalogue import follow
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.schema import condition_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import create_record, update_records
from perennial.workspace.actor import Actor
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.ready_made import ROLES
from perennial.workspace.rights import FieldRight
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
NONE = FieldRight.NONE


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def boat(cast: Cast) -> Iterator[ObjectType]:
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(made.key, type="number", label="Length", by=cast.ada)
    make_field(made.key, type="text", label="Berth", by=cast.ada)
    make_field(made.key, type="formula", label="Twice", options={"formula": "length * 2"}, by=cast.ada)
    make_field(made.key, type="formula", label="Four times", options={"formula": "twice * 2"}, by=cast.ada)
    yield object_types[made.key]
    object_types.pop(made.key, None)
    follow()


@pytest.fixture
def ben(cast: Cast) -> Actor:
    rights = replace(ROLES["manager"][1], fields={"made.boat": {"length": NONE, "berth": FieldRight.READ}})
    cast.ben_user.role = Role.objects.create(key="half", name="Half", rights_json=rights.to_json())
    cast.ben_user.save()
    return replace(cast.ben, rights=rights)


def test_a_made_field_is_hidden_with_all_that_is_computed_from_it(boat: ObjectType, cast: Cast, ben: Actor) -> None:
    id = create_record(boat, {"name": "Ayan", "length": 4242, "berth": "Pier 9"}, by=cast.ada)
    assert hidden(boat, ben) == {"length", "twice", "four_times"}
    columns = ["length", "twice", "four_times", "berth"]
    assert query.get(boat, id, by=ben, columns=columns).values == {
        "length": None, "twice": None, "four_times": None, "berth": "Pier 9"}  # fmt: skip
    seen = query.get(boat, id, by=cast.ada, columns=columns).values
    assert (seen["length"], seen["twice"], seen["four_times"]) == (4242, 8484, 16968)
    for text in ("length > 1", "twice > 1", "four_times > 1"):
        with pytest.raises(ConditionError):
            condition_of(boat, text, by=ben)
        assert query.select(boat, by=ben, where=condition_of(boat, text, by=cast.ada)).rows == []
    file = b"".join(csv_rows(boat, by=ben)).decode()
    assert "Pier 9" in file
    assert not any(secret in file for secret in ("4242", "8484", "16968"))
    results = update_records(boat, {id: {"length": 1, "berth": "Pier 1"}}, by=ben).results
    assert set(results[0].data["fields"]) == {"length", "berth"}
    client = Client()
    client.force_login(cast.ben_user)
    for address in (f"/o/{boat.key}/", f"/o/{boat.key}/{id}/", f"/o/{boat.key}/{id}/edit/", f"/o/{boat.key}/new/"):
        body = client.get(address).content.decode()
        assert not any(secret in body for secret in ("4242", "4,242", "8,484", "16,968")), address


def test_a_field_made_now_is_hidden_for_whom_its_sources_are(boat: ObjectType, cast: Cast, ben: Actor) -> None:
    """Rights are kept for as long as a key is used: a definition that comes later counts at once all the same."""
    _key, secret = create_key("Half", role=cast.ben_user.role, by=cast.ada)
    client = Client(headers={"authorization": f"Bearer {secret}"})
    id = create_record(boat, {"name": "Ayan", "length": 4242}, by=cast.ada)
    assert client.get(f"/api/v1/{boat.path}/{id}").status_code == 200
    make_field(boat.key, type="formula", label="Half", options={"formula": "length / 2"}, by=cast.ada)
    body = json.loads(client.get(f"/api/v1/{boat.path}/{id}").content)
    assert body.get("half") is None
    assert "2121" not in json.dumps(body)
    assert object_types[boat.key].field("half") is not None
    assert query.get(object_types[boat.key], id, by=cast.ada).values["half"] == 2121
