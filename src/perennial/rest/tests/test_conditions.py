from __future__ import annotations

import pytest
from django.test import Client

from perennial.conditions.jsonschema import condition_schema
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_the_schema_of_conditions_is_open_to_all_and_only_read() -> None:
    found = Client().get("/api/v1/conditions/schema")
    assert found.status_code == 200
    assert found.json() == condition_schema()
    assert Client().post("/api/v1/conditions/schema").status_code == 405


def test_completion_offers_what_the_key_may_ask() -> None:
    program = Program(make_cast(), "administrator")
    found = program.read("conditions/suggest?kind=people&text=stage%20%3D%20re")["data"]
    assert {"insert": "retention", "label": "Retention", "kind": "value", "from": 8, "to": 10} in found
    assert program.read("conditions/suggest?kind=people&text=sta%20and%20x&cursor=3")["data"][0]["insert"] == "stage"
    for wrong in ("kind=dragons", "kind=people&cursor=-1", "kind=people&colour=1", "kind=people&text=" + "x" * 5001):
        assert program.call("GET", f"conditions/suggest?{wrong}").status_code in (400, 422)
    assert Client().get("/api/v1/conditions/suggest?kind=people").status_code == 401
