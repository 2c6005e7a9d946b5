"""Pieces of the OpenAPI document that every operation shares."""

from __future__ import annotations

from typing import Any

LARGEST_ID = 999_999_999_999_999_999
ID = {"type": "integer", "format": "int64", "minimum": 1, "maximum": LARGEST_ID}
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
MOMENT = {"type": "string", "format": "date-time"}
RESULTS = {"type": "array", "items": {"$ref": "#/components/schemas/Result"}}
COUNT = {
    "type": "object",
    "required": ["value", "exact"],
    "properties": {
        "value": {"type": "integer", "minimum": 0},
        "exact": {"type": "boolean", "description": "Many are estimated."},
    },
}
RUN = {
    "type": "object",
    "required": ["run", "sentence", "results"],
    "properties": {
        "run": {"type": "integer", "minimum": 0, "description": "Its number, by which it can be undone."},
        "sentence": {"type": "string"},
        "results": RESULTS,
    },
}
UNDONE = {
    "type": "object",
    "required": ["run", "restored", "conflicts"],
    "properties": {
        "run": {"type": "integer"},
        "restored": {"type": "integer", "minimum": 0, "description": "How many records are as they were."},
        "conflicts": {
            "type": "array",
            "description": "Fields that somebody has changed since; they stay.",
            "items": {"type": "object", "properties": {"id": {"type": "integer"}, "field": {"type": "string"}}},
        },
    },
}
VIEW = {
    "type": "object",
    "required": ["id", "version", "name", "audience", "spec"],
    "properties": {
        "id": ID,
        "version": VERSION,
        "name": {"type": "string"},
        "audience": {"enum": ["private", "teams", "everybody"]},
        "spec": {"type": "object", "description": "Layout, columns, sort, where and what else differs from the list."},
    },
}
CHANGE = {
    "type": "object",
    "required": ["cursor", "kind", "record", "change", "values", "old", "actor", "action", "run", "occurred_at",
                 "known_at"],
    "properties": {
        "cursor": {"type": "string", "description": "Goes on behind this change."},
        "kind": {"type": "string", "description": "The word in the kind's address, such as people; else the log's."},
        "record": {"type": "integer"},
        "change": {"enum": ["create", "update", "delete", "restore", "merge", "unmerge", "erase", "share",
                            "configure", "apart"]},
        "values": {"type": "object", "description": "What the record holds now, of what was changed; ids of others."},
        "old": {"type": "object", "description": "What it held before."},
        "actor": {"type": "string", "description": "Such as user:1, key:7 or system:0."},
        "action": {"type": "string"},
        "run": {"type": ["integer", "null"]},
        "occurred_at": MOMENT,
        "known_at": MOMENT,
    },
}  # fmt: skip
FEED = {
    "type": "object",
    "required": ["data", "next", "more"],
    "properties": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}},
        "next": {"type": "string", "description": "Where to go on, now or later."},
        "more": {"type": "boolean", "description": "Whether there is more now."},
    },
}
_STATUS = {"enum": ["ready", "running", "done", "failed", "cancelled"]}
_MANY = {"type": "integer", "minimum": 0}
BULK = {
    "type": "object",
    "required": ["id", "kind", "verb", "status", "total", "done", "changed", "unchanged", "refused", "run", "error"],
    "properties": {
        "id": ID,
        "kind": {"type": "string"},
        "verb": {"enum": ["edit", "delete", "undo"]},
        "status": _STATUS,
        "total": _MANY,
        "done": _MANY,
        "changed": _MANY,
        "unchanged": _MANY,
        "refused": _MANY,
        "run": {"type": "integer", "description": "Its number, by which all of it can be undone."},
        "error": {"type": "string"},
        "refusals": {"type": "array", "items": {"type": "object"}, "description": "The first hundred."},
        "reasons": {"type": "array", "items": {"type": "object"}},
    },
}
PREVIEW = {
    "type": "object",
    "required": ["count", "left_out"],
    "properties": {"count": _MANY, "left_out": {**_MANY, "description": "Seen, but not the key's to change."}},
}
EXPORT = {
    "type": "object",
    "required": ["id", "kind", "format", "name", "status", "rows", "size", "run", "error", "created_at", "finished_at"],
    "properties": {
        "id": ID,
        "kind": {"type": "string"},
        "format": {"type": "string"},
        "name": {"type": "string"},
        "status": _STATUS,
        "rows": _MANY,
        "size": _MANY,
        "run": {"type": ["integer", "null"]},
        "error": {"type": "string"},
        "created_at": MOMENT,
        "finished_at": {"type": ["string", "null"], "format": "date-time"},
    },
}
IMPORT = {
    "type": "object",
    "required": ["id", "kind", "name", "status", "mapping", "options", "shape", "position", "skipped"],
    "properties": {
        "id": ID,
        "kind": {"type": "string"},
        "name": {"type": "string"},
        "size": _MANY,
        "status": {"enum": ["uploaded", "ready", "running", "paused", "done", "failed", "cancelled"]},
        "shape": {"type": "object", "description": "How the file is read: its format, headings and more."},
        "mapping": {"type": "object", "description": "Field to number of the column, from 0."},
        "options": {"type": "object"},
        "rows": {"type": ["integer", "null"]},
        "position": _MANY,
        "created": _MANY,
        "updated": _MANY,
        "unchanged": _MANY,
        "skipped": _MANY,
        "run": {"type": ["integer", "null"]},
        "error": {"type": "string"},
        "trial": {"type": "object", "description": "What came of the last trial."},
        "reasons": {"type": "array", "items": {"type": "object"}},
    },
}
SHARED = {
    "Import": IMPORT, "Bulk": BULK, "Preview": PREVIEW,
    "Export": EXPORT, "Problem": PROBLEM, "Result": RESULT, "Run": RUN,
    "Undone": UNDONE, "View": VIEW, "Change": CHANGE, "Feed": FEED,
}  # fmt: skip
LIMIT_HEADERS = {
    "RateLimit-Policy": {
        "description": 'How many requests a key may send in how many seconds, such as "key";q=30000;w=60.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'How many are left, and the seconds until all are given anew, such as "key";r=29999;t=60.',
        "schema": {"type": "string"},
    },
}
_WORDS = {
    200: "As asked.",
    201: "Created.",
    202: "It is at work in the background.",
    204: "Done; there is nothing to show.",
    304: "Not changed since.",
    400: "The request cannot be read.",
    401: "No key, or one that opens nothing.",
    403: "The key's role does not allow it.",
    404: "Absent, or not this key's to see.",
    410: "The cursor is of another database, from before a restore.",
    405: "Another method is meant.",
    409: "It exists already, or was changed meanwhile.",
    412: "The version in If-Match is not the current one.",
    413: "Too large.",
    415: "Not JSON.",
    422: "Some of the input cannot be used.",
    429: "The key has sent too many requests; Retry-After says when to go on.",
}


def cursor_list(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page of a list: `next` is null on the last one."""
    return {
        "type": "object",
        "required": ["data", "next"],
        "properties": {"data": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}, **more},
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


def body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def responses(good: dict[int, dict[str, Any] | None], *problems: int) -> dict[str, Any]:
    """The answers of an operation: each good status with its schema (None: no body), and the problems."""
    found: dict[str, Any] = {}
    limits: dict[str, Any] = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}
    for status, schema in good.items():
        found[str(status)] = {"description": _WORDS[status], "headers": limits}
        if schema is not None:
            found[str(status)]["content"] = {"application/json": {"schema": schema}}
    for status in (*problems, 429):
        found[str(status)] = {
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": ref("Problem")}},
        }
    later = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    found["429"]["headers"] = {**limits, **later}
    return found
