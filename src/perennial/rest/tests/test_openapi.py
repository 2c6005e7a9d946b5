"""The description of the API: whole, of one piece, and of what users made a moment ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from perennial.objects.made.defining import make_field, make_kind, retire_kind
from perennial.objects.made.models import MadeKind
from perennial.objects.types import object_types
from perennial.rest.contract import endpoints
from perennial.rest.openapi import describe
from perennial.rest.problems import nothing_here
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from refs(each)
    elif isinstance(value, list):
        for each in value:
            yield from refs(each)


def test_every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() -> None:
    whole = describe()
    for ref in set(refs(whole)):
        place: Any = whole
        for part in ref.removeprefix("#/").split("/"):
            place = place[part]
    names = Counter(
        each["operationId"] for operations in whole["paths"].values() for each in operations.values()
        if isinstance(each, dict)
    )  # fmt: skip
    assert set(names.values()) == {1}


def test_every_address_described_is_there() -> None:
    for path in describe()["paths"]:
        found = resolve("/api/v1" + path.replace("{id}", "1").replace("{external_id}", "x"))
        assert found.func is not nothing_here, path


def test_addresses_of_kinds_do_not_hide_others() -> None:
    paths = {kind.path for kind in object_types.values()}
    assert not paths & {"changes", "runs", "views", "batch", *endpoints}


def test_a_kind_that_was_made_a_moment_ago_is_described_and_served_at_once(cast: Cast) -> None:
    program = Program(cast, "administrator")
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(made.key, type="number", label="Length", by=cast.ada)
    make_field("customers.person", type="text", label="Shoe size", by=cast.ada)
    whole = Client().get("/api/v1/openapi.json").json()
    assert whole["components"]["schemas"]["MadeBoatNew"]["properties"]["length"]["type"] == ["number", "null"]
    assert "shoe_size" in whole["components"]["schemas"]["PersonChange"]["properties"]
    assert {"/boats", "/boats/{id}", "/boats/batch", "/boats/views"} <= whole["paths"].keys()
    boat = program.call("POST", "boats", {"name": "Aurora", "length": 12.5})
    assert boat.status_code == 201, boat.content
    listed = program.read("boats?filter=length > 12&sort=-length&fields=length")["data"]
    assert listed == [{"id": boat.json()["id"], "version": 1, "length": 12.5}]
    cleo = program.call("POST", "people", {"name": "Cleo", "shoe_size": "41"}).json()
    assert program.read('people?filter=shoe_size = "41"&fields=name')["data"][0]["id"] == cleo["id"]
    retire_kind(MadeKind.objects.get(key=made.key), by=cast.ada)
    assert "/boats" not in Client().get("/api/v1/openapi.json").json()["paths"]
    assert program.call("GET", "boats").status_code == 404
