"""Relations to many, opened: the records that a page refers to, with all their fields, by one statement a relation."""

from __future__ import annotations

from typing import Any

from perennial.conditions.tree import Compare, Op
from perennial.objects import query
from perennial.rest.representation import page_as_json
from perennial.rest.shapes import Shape, shape_of
from perennial.workspace.actor import Actor

MOST = query.MOST  # different records of one relation that an answer opens; the others stay an id and a title


def with_many(rows: list[dict[str, Any]], shape: Shape, by: Actor) -> list[dict[str, Any]]:
    """The same rows; what the key may not see is not among the links in the first place."""
    for relation, kind in shape.many.items():
        ids = list(dict.fromkeys(link["id"] for row in rows for link in row[relation] or ()))[:MOST]
        if not ids:
            continue
        inner = shape_of(kind, by)
        page = query.select(kind, by=by, where=Compare("id", Op.IN, tuple(ids)), columns=inner.columns, limit=MOST)
        found = {each["id"]: each for each in page_as_json(page, inner)}
        for row in rows:
            if row[relation]:
                row[relation] = [link | found.get(link["id"], {}) for link in row[relation]]
    return rows
