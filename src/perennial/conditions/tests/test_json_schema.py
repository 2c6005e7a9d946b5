"""The published schema accepts what we write and nothing that we would not read."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
from hypothesis import given

from perennial.conditions.clauses import KINDS
from perennial.conditions.errors import ConditionError
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.jsonschema import condition_schema
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.test_hostile import json_values

SCHEMA = jsonschema_rs.validator_for(json.loads(json.dumps(condition_schema())))


@given(conditions())
def test_what_we_write_is_valid(condition):
    SCHEMA.validate(json.loads(json.dumps(to_json(condition))))


@given(json_values)
def test_what_is_valid_is_never_refused_for_its_form(data):
    for each in (data, {"version": 2, "all": [data]}):
        if SCHEMA.is_valid(each):
            assert "JSON" not in refusal(each)


def refusal(data):
    try:
        from_json(data)
    except ConditionError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    "data",
    [
        {"all": []}, {"version": 3, "all": []}, {"version": 2}, {"version": 2, "all": [], "any": []},
        {"version": 2, "field": "a", "op": "is"}, {"version": 2, "field": "a", "op": "eq", "value": {"x": 1}},
        {"version": 2, "did": "a", "within_days": 3}, {"version": 2, "did": "a", "within": {"last": 3, "unit": "year"}},
        {"version": 2, "has": "a", "where": [{"field": "a", "op": "empty"}]}, {"version": 2, "segment": 5},
        {"version": 2, "changed": "a", "to": [1]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_valid(data):
    assert not SCHEMA.is_valid(data)
    with pytest.raises(ConditionError):
        from_json(data)


def test_the_schema_names_all_keys_that_are_read():
    for kind in KINDS:
        assert set(kind.schema) == {kind.mark} | kind.needed | kind.allowed
