"""What a role hides is neither read, asked about, found by, nor written through the API, whatever way round."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from perennial.objects import query
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.ready_made import ROLES
from perennial.workspace.rights import FieldRight, Rights
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
PHONE, FAX = "+447911123456", "+447911654321"
NONE = FieldRight.NONE


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def people(cast: Cast) -> dict[str, int]:
    company = create_record(
        object_types["customers.company"], {"name": "Quux", "phone": FAX, "city": "Almaty"}, by=cast.ada
    )
    values = {"name": "Cleo", "phone": PHONE, "company": company, "external_id": "X1"}
    return {"company": company, "person": create_record(object_types["customers.person"], values, by=cast.ada)}


@pytest.fixture
def key(cast: Cast) -> Client:
    """It manages, but sees no telephone of anybody, no city of companies, and no external id of people."""
    fields = {
        "customers.person": {"phone": NONE, "external_id": NONE},
        "customers.company": {"phone": NONE, "city": NONE},
    }
    everything = ROLES["manager"][1]
    rights = Rights(everything.reaches, everything.permissions, fields)
    role = Role.objects.create(key="half", name="Half", rights_json=rights.to_json())
    _key, secret = create_key("Half", role=role, by=cast.ada)
    return Client(headers={"authorization": f"Bearer {secret}"})


def said(response: Any) -> str:
    content = response.content.decode()
    for secret in (PHONE, PHONE[3:], FAX, FAX[3:], "Almaty"):
        assert secret not in content
    return content


@pytest.mark.parametrize("address", [
    "people", "people?search=7911123456", "people?search=cleo", "people?expand=company", "people?fields=name,company",
    "companies?search=almaty", "customers", "customers?expand=company", "events", "changes", "people/by/X1",
    "people?filter=phone is filled", "people?filter=company.city is filled", "people?fields=phone", "people?sort=phone",
    "people?fields=company.city", "people?expand=company&fields=company.phone", "views",
])  # fmt: skip
def test_no_question_brings_it_out(key: Client, people: dict[str, int], address: str) -> None:
    response = key.get(f"/api/v1/{address}")
    said(response)
    assert response.status_code < 500
    if any(word in address for word in ("=phone", "filter=", "company.", "by/X1")):
        assert response.status_code in (404, 422), "it is not there"
    if "7911" in address or "almaty" in address:
        assert json.loads(response.content)["data"] == []


def test_no_write_reaches_it(key: Client, people: dict[str, int], cast: Cast) -> None:
    id = people["person"]

    def send(method: str, address: str, body: Any) -> Any:
        return getattr(key, method)(f"/api/v1/{address}", json.dumps(body), content_type="application/json")

    taken = [
        send("patch", f"people/{id}", {"phone": None}),
        send("patch", f"people/{id}", {"phone": PHONE}),
        send("patch", f"people/{id}", {"external_id": "X2"}),
        send("post", "people", {"name": "Eve", "phone": "+447911000000"}),
        send("put", "people/by/X1", {"name": "Mallory"}),
    ]
    for response in taken:
        said(response)
        assert response.status_code in (404, 422)
    batch = send("post", "people/batch", {"update": [{"id": id, "phone": None}], "upsert": [{"external_id": "X1"}],
                                          "create": [{"name": "Eve", "phone": "x"}]})  # fmt: skip
    assert {row["status"] for part in json.loads(said(batch)).values() for row in part} == {"refused"}
    assert send("patch", f"people/{id}", {"city": "Bath"}).status_code == 200
    kept = query.get(object_types["customers.person"], id, by=cast.ada).values
    assert (kept["phone"], kept["external_id"], kept["name"], kept["city"]) == (PHONE, "X1", "Cleo", "Bath")
    assert len(query.select(object_types["customers.person"], by=cast.ada).rows) == 1


def test_a_change_of_it_alone_says_nothing(key: Client, people: dict[str, int], cast: Cast) -> None:
    update_record(object_types["customers.person"], people["person"], {"phone": "+447911777777"}, by=cast.ada)
    assert "7911777777" not in key.get("/api/v1/changes?limit=1000").content.decode()
    assert "7911777777" not in key.get(f"/api/v1/people/{people['person']}").content.decode()
