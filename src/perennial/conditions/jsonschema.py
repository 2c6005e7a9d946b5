"""The published JSON Schema of conditions, written from the kinds of clauses.

It says which keys a clause has and of which types. What only the object asked about can say (whether a field is there,
what it may be compared with) is left to `check`.
"""

from __future__ import annotations

from typing import Any as Json

from perennial.conditions.check import MAX_CLAUSES
from perennial.conditions.clauses import KINDS
from perennial.conditions.jsonform import GROUPS
from perennial.conditions.jsonvalues import CONDITION, SCALAR_SCHEMA, VALUE_SCHEMA
from perennial.conditions.nodes import VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def condition_schema() -> dict[str, Json]:
    """Of a whole condition, with its version."""
    forms = {**{word: _group(word) for word in GROUPS}, **{kind.mark: _clause(kind) for kind in KINDS}}
    return {
        "$schema": DIALECT,
        "title": "Condition",
        "description": "Which records? Read strictly; older versions are read too and mean what they meant.",
        "type": "object",
        "required": ["version"],
        "properties": {"version": {"const": VERSION}},
        "oneOf": [{"$ref": f"#/$defs/{word}"} for word in forms],
        "unevaluatedProperties": False,
        "$defs": {
            **forms,
            "condition": {
                "type": "object",
                "oneOf": [{"$ref": f"#/$defs/{word}"} for word in forms],
                "unevaluatedProperties": False,
            },
            "scalar": SCALAR_SCHEMA,
            "value": VALUE_SCHEMA,
        },
    }


def _group(word: str) -> dict[str, Json]:
    children = {"type": "array", "items": CONDITION, "maxItems": MAX_CLAUSES}
    return {"type": "object", "required": [word], "properties": {word: children}}


def _clause(kind: Json) -> dict[str, Json]:
    return {"type": "object", "required": [kind.mark, *sorted(kind.needed)], "properties": dict(kind.schema)}
