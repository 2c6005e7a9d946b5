"""What a webhook is told of records: what the API would say of them to the same actor, and what led to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from perennial.conditions.tree import Compare, Op
from perennial.foundation import clock
from perennial.objects.query import select
from perennial.objects.types import ObjectType
from perennial.rest.representation import page_as_json
from perennial.rest.shapes import shape_of
from perennial.workspace.actor import Actor

_AT_ONCE = 1_000


def bodies(
    kind: ObjectType, ids: Sequence[int], *, type: str, values: Mapping[str, Any],
    occasions: Mapping[int, Mapping[str, Any]], by: Actor,
) -> dict[int, dict[str, Any]]:  # fmt: skip
    """By record, in the envelope of Standard Webhooks: type, timestamp, data."""
    at = clock.now().isoformat(timespec="milliseconds")
    return {
        record["id"]: {
            "type": type or kind.key,
            "timestamp": at,
            "data": {
                "object": kind.key,
                "record": record,
                "occasion": dict(occasions.get(record["id"], {})),
                "values": dict(values),
            },
        }
        for record in _records(kind, ids, by)
    }


def _records(kind: ObjectType, ids: Sequence[int], by: Actor) -> list[dict[str, Any]]:
    shape = shape_of(kind, by)
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = tuple(ids[start : start + _AT_ONCE])
        page = select(
            kind,
            by=by,
            where=Compare("id", Op.IN, some),
            columns=shape.columns,
            sort="id",
            limit=_AT_ONCE,
            verb="export",
        )
        found += page_as_json(page, shape)
    return found
