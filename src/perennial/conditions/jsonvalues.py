"""Values and tests in JSON. Texts, whole numbers, true and false are themselves; the rest says what it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any as Json

from perennial.conditions.nodes import Bound, How, Op, Scalar, Value


def test_json(op: Op, value: Value) -> dict[str, Json]:
    return {"op": op.value, **({} if value is None else {"value": value_json(value)})}


def times_json(times: Bound) -> dict[str, Json]:
    bounds = {"at_least": times.at_least, "at_most": times.at_most}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def value_json(value: Value) -> Json:
    return [scalar_json(each) for each in value] if isinstance(value, tuple) else scalar_json(value)


def scalar_json(value: Scalar | None) -> Json:
    match value:
        case Decimal():
            return {"number": f"{value:f}"}
        case datetime():
            return {"moment": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        case date():
            return {"day": value.isoformat()}
    return value


def read_scalar(data: object) -> Scalar:
    """The value that JSON says; a ValueError for what is none."""
    try:
        match data:
            case str() | bool() | int():
                return data
            case float():
                return Decimal(repr(data))
            case {"number": str(number), **rest} if not rest and len(number) <= 40:
                return Decimal(number)
            case {"day": str(day), **rest} if not rest:
                return date.fromisoformat(day)
            case {"moment": str(moment), **rest} if not rest:
                return datetime.fromisoformat(moment)
    except InvalidOperation:
        pass
    raise ValueError


def _said(word: str, **said: Json) -> dict[str, Json]:
    return {
        "type": "object", "required": [word], "additionalProperties": False,
        "properties": {word: {"type": "string", **said}},
    }  # fmt: skip


SCALAR: dict[str, Json] = {"$ref": "#/$defs/scalar"}
VALUE: dict[str, Json] = {"$ref": "#/$defs/value"}
CONDITION: dict[str, Json] = {"$ref": "#/$defs/condition"}
KEY: dict[str, Json] = {"type": "string", "minLength": 1, "maxLength": 200}
COUNT: dict[str, Json] = {"type": "integer", "minimum": 0}
TIMES: dict[str, Json] = {"at_least": COUNT, "at_most": COUNT}
TEST: dict[str, Json] = {"op": {"enum": [op.value for op in Op]}, "value": VALUE}
HOW: dict[str, Json] = {"enum": [how.value for how in How]}
SCALAR_SCHEMA: dict[str, Json] = {
    "anyOf": [
        {"type": ["string", "boolean", "number"]},
        _said("number", maxLength=40),
        _said("day", format="date"),
        _said("moment", format="date-time"),
    ]
}
VALUE_SCHEMA: dict[str, Json] = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}
