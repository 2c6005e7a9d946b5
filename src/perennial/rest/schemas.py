"""Pieces of the OpenAPI document that every operation shares."""

from __future__ import annotations

from typing import Any

ID = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 999_999_999_999_999_999}
VERSION = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647}
_FIELD_ERRORS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["field", "message"],
        "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, in the firm's language."},
        "code": {"type": "string", "description": "Stable; for programs."},
        "errors": _FIELD_ERRORS,
    },
}
RESULT = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": ["integer", "null"]},
        "status": {"enum": ["done", "refused"]},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": _FIELD_ERRORS,
    },
}
_WORDS = {
    200: "As asked.",
    201: "Created.",
    204: "Done; there is nothing to show.",
    304: "Not changed since.",
    400: "The request cannot be read.",
    401: "No key, or one that opens nothing.",
    403: "The key's role does not allow it.",
    404: "Absent, or not this key's to see.",
    405: "Another method is meant.",
    409: "It exists already, or was changed meanwhile.",
    412: "The version in If-Match is not the current one.",
    413: "Too large.",
    415: "Not JSON.",
    422: "Some of the input cannot be used.",
}


def cursor_list(item: dict[str, Any]) -> dict[str, Any]:
    """A page of a list: `next` is null on the last one."""
    return {
        "type": "object",
        "required": ["data", "next"],
        "properties": {"data": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}},
    }


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or null (JSON Schema 2020-12)."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def query_parameter(name: str, description: str, schema: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema, **rest}


def header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}}


def responses(good: dict[int, dict[str, Any] | None], *problems: int) -> dict[str, Any]:
    """The answers of an operation: each good status with its schema (None: no body), and the problems."""
    found: dict[str, Any] = {}
    for status, schema in good.items():
        found[str(status)] = {"description": _WORDS[status]}
        if schema is not None:
            found[str(status)]["content"] = {"application/json": {"schema": schema}}
    for status in problems:
        found[str(status)] = {
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return found
