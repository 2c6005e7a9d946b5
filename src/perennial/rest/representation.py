"""A record as JSON: its id, version and times, every field, and the facts that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perennial.objects.facts import facts_about
from perennial.objects.query import Row
from perennial.objects.types import ObjectType

TIMES = ("created_at", "updated_at")


def columns_of(kind: ObjectType, facts: Sequence[str] = ()) -> list[str]:
    """What a query must fetch for `to_json`."""
    return [
        *(field.key for field in kind.fields),
        *(key for key in TIMES if kind.field(key) is None),
        *(f"fact:{key}" for key in facts),
    ]


def to_json(kind: ObjectType, row: Row, facts: Sequence[str] = ()) -> dict[str, Any]:
    body: dict[str, Any] = {"id": row.id, "version": row.version}
    for field in kind.fields:
        value = row.values.get(field.key)
        body[field.key] = None if value is None else field.type.json(value)
    for key in TIMES:
        body[key] = row.values[key].isoformat()
    if facts:
        declared = {fact.key: fact for fact in facts_about(kind.facts_key)}
        body["facts"] = {
            key: None if row.values[f"fact:{key}"] is None else declared[key].type.json(row.values[f"fact:{key}"])
            for key in facts
        }
    return body


def etag(row: Row) -> str:
    """A strong validator (RFC 9110 §8.8.3): the record's version."""
    return f'"{row.id}-{row.version}"'
