from __future__ import annotations

import pytest
from django.test import Client

from perennial.conditions.jsonschema import condition_schema

pytestmark = pytest.mark.django_db


def test_the_schema_of_conditions_is_open_to_all_and_only_read() -> None:
    found = Client().get("/api/v1/conditions/schema")
    assert found.status_code == 200
    assert found.json() == condition_schema()
    assert Client().post("/api/v1/conditions/schema").status_code == 405
