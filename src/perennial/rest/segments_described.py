"""What the addresses of segments take and answer, as OpenAPI describes it."""

from __future__ import annotations

from typing import Any

from perennial.objects.types import ObjectType
from perennial.rest.schemas import ID, MOMENT, body, cursor_list, header, nullable, query_parameter, ref, responses
from perennial.rest.segments import MOST

_KEY = {
    "name": "key", "in": "path", "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z][a-z0-9_]*$"},
}  # fmt: skip
_TEXT = {"type": "string"}
_CONDITION = {"type": "object", "description": "The rule as a tree (see the guide)."}
_FILTER = {"type": "string", "description": "The rule in text form, in place of `condition`."}
_STATE = {"enum": ["draft", "live", "paused", "retired"]}
_NUMBER = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647}
_OWNER = {"type": "object", "required": ["id", "name"], "properties": {"id": ID, "name": _TEXT}}
_NOTE = {"type": "string", "maxLength": 400, "description": "Why; kept with the version."}

SEGMENT = {
    "type": "object",
    "required": ["key", "name", "kind", "state", "static", "version", "members", "settled"],
    "properties": {
        "key": {**_TEXT, "description": "Permanent; by it the segment is named in filters."},
        "name": _TEXT,
        "description": _TEXT,
        "kind": {**_TEXT, "description": "The word in the kind's address, such as people."},
        "state": _STATE,
        "static": {"type": "boolean", "description": "Its members are put in by hand."},
        "version": _NUMBER,
        "members": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "Null unless the key sees all records of the kind.",
        },
        "settled": {"type": "boolean", "description": "False while everybody is being looked at."},
        "owner": nullable(_OWNER),
        "trouble": {**_TEXT, "description": "Why the rule can no longer be asked; empty when it can."},
        "condition": nullable(_CONDITION),
        "filter": nullable(_TEXT),
        "created_at": MOMENT,
        "updated_at": MOMENT,
    },
}
_VERSION = {
    "type": "object",
    "required": ["version", "condition", "filter", "made_by", "made_at", "note"],
    "properties": {"version": _NUMBER, "condition": _CONDITION, "filter": _TEXT, "made_by": _TEXT, "made_at": MOMENT,
                   "note": _TEXT},
}  # fmt: skip
_MEMBER = {
    "type": "object",
    "required": ["id", "title", "entered_at"],
    "properties": {"id": ID, "title": _TEXT, "entered_at": nullable(MOMENT)},
}
_STAY = {
    "type": "object",
    "required": ["segment", "name", "entered_at", "left_at"],
    "properties": {"segment": _TEXT, "name": _TEXT, "entered_at": MOMENT, "left_at": nullable(MOMENT)},
}
_MADE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind", "name"],
    "description": "Without a rule its members are put in by hand, by the action rules.add_to_segment.",
    "properties": {
        "kind": _TEXT, "name": {"type": "string", "minLength": 1, "maxLength": 80},
        "description": {"type": "string", "maxLength": 400}, "condition": _CONDITION, "filter": _FILTER,
        "live": {"type": "boolean", "description": "Hold the rule from now on; else it is a draft."}, "note": _NOTE,
    },
}  # fmt: skip
_CHANGED = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 80},
        "description": {"type": "string", "maxLength": 400}, "condition": _CONDITION, "filter": _FILTER,
        "version": {**_NUMBER, "description": "The version that was read: refused when there is another."},
        "back_to": {**_NUMBER, "description": "Ask again what this version asked."}, "note": _NOTE, "state": _STATE,
    },
}  # fmt: skip
_LIMIT = query_parameter("limit", "How many at the most.", {"type": "integer", "minimum": 1, "maximum": MOST})
_CURSOR = query_parameter("cursor", "The `next` of the page before.", {"type": "string"})
_FAILURES = (400, 401, 403, 404, 422)
_WRITING = (400, 401, 403, 404, 409, 413, 415, 422)


def paths_of_segments() -> dict[str, Any]:
    return {
        "/segments": {
            "get": _operation(
                "list_segments", "List segments by their keys", {200: cursor_list(ref("Segment"))},
                query_parameter("kind", "Only of this kind, such as people.", _TEXT),
                query_parameter("retired", "With those that were retired.", {"type": "boolean"}), _LIMIT, _CURSOR,
            ),
            "post": _operation("create_segment", "Make a segment", {201: ref("Segment")}, writes=_MADE),
        },
        "/segments/{key}": {
            "parameters": [_KEY],
            "get": _operation("get_segment", "A segment with its rule", {200: ref("Segment")}),
            "patch": _operation("change_segment", "Change a segment: what is said of it, its rule, whether it holds",
                                {200: ref("Segment")}, writes=_CHANGED),
        },
        "/segments/{key}/versions": {
            "parameters": [_KEY],
            "get": _operation("list_versions_of_segment", "What it asked before, the latest first",
                              {200: cursor_list(_VERSION)}),
        },
        "/segments/{key}/members": {
            "parameters": [_KEY],
            "get": _operation("list_members_of_segment", "Its members, by id", {200: cursor_list(_MEMBER)}, _LIMIT,
                              _CURSOR),
        },
    }  # fmt: skip


def paths_of_memberships(kind: ObjectType) -> dict[str, Any]:
    name = kind.path.replace("-", "_")
    record = {"name": "id", "in": "path", "required": True, "schema": ID}
    past = query_parameter("past", "Also those that it was in.", {"type": "boolean"})
    asked = _operation(f"list_segments_of_{name}", f"The segments that a record of {kind.label} is in",
                       {200: cursor_list(_STAY)}, past)  # fmt: skip
    return {f"/{kind.path}/{{id}}/segments": {"parameters": [record], "get": {**asked, "tags": [kind.path]}}}


def _operation(
    name: str, summary: str, answers: dict[int, Any], *parameters: dict[str, Any], writes: dict[str, Any] | None = None
) -> dict[str, Any]:
    found = {"operationId": name, "tags": ["segments"], "summary": summary, "parameters": [*parameters]}
    if writes is None:
        return {**found, "responses": responses(answers, *_FAILURES)}
    return {**found, "parameters": [header("Idempotency-Key")], "requestBody": body(writes),
            "responses": responses(answers, *_WRITING)}  # fmt: skip
