"""A condition as a part of a definition: kept as the JSON form of the condition language."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from perennial.conditions import TRUE, Condition, ConditionError, check
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.sentence import to_sentence
from perennial.conditions.text import parse
from perennial.objects.schema import KindSchema


def _read(data: Any) -> Condition:
    """From JSON, or from the text form that somebody typed."""
    if isinstance(data, Condition):
        return data
    try:
        if isinstance(data, str):
            return parse(data) if data.strip() else TRUE
        return from_json(data)
    except ConditionError as error:
        raise ValueError(str(error)) from None


Asked = Annotated[
    Condition,
    PlainValidator(_read),
    PlainSerializer(to_json, return_type=dict[str, Any]),
    WithJsonSchema({"description": "A condition: its JSON form, or its text form.", "type": ["object", "string"]}),
]


def fault_of(condition: Condition, schema: KindSchema) -> str:
    """What is wrong with it, in a sentence; empty when it can be asked."""
    try:
        check(condition, schema)
    except ConditionError as error:
        return str(error)
    return ""


def said(condition: Condition, schema: KindSchema) -> str:
    return to_sentence(condition, schema)
