"""What the addresses of metrics take and answer, as OpenAPI describes it."""

from __future__ import annotations

from typing import Any

from perennial.metrics.contract import Shown
from perennial.metrics.grain import Grain
from perennial.rest.metrics import MOST
from perennial.rest.schemas import ID, MOMENT, body, cursor_list, header, nullable, query_parameter, ref, responses

_KEY = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 80}}
_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_NUMBER = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647}
_GRAIN = {"enum": [each.value for each in Grain]}
_SHOWN = {"enum": [each.value for each in Shown]}
_GOOD = {"type": ["boolean", "null"], "description": "Whether more is better; null where neither is."}
_EXPRESSION = {"type": "object", "description": "What is counted (see the guide)."}
_DIMENSIONS = {"type": "array", "items": _TEXT, "maxItems": 20,
               "description": "What it can be told apart by: fields, dotted ones of whom it counts for."}  # fmt: skip
_LABEL = {"type": "string", "minLength": 1, "maxLength": 80}

METRIC = {
    "type": "object",
    "required": ["key", "label", "definition", "shown", "grain", "dimensions", "expression", "made_here", "version"],
    "properties": {
        "key": {**_TEXT, "description": "Permanent."},
        "label": _TEXT,
        "definition": {**_TEXT, "description": "What is this number?"},
        "shown": _SHOWN,
        "grain": _GRAIN,
        "is_good": _GOOD,
        "dimensions": _DIMENSIONS,
        "expression": _EXPRESSION,
        "made_here": {"type": "boolean", "description": "Whether users made it; the others cannot be changed."},
        "version": _NUMBER,
        "owner": nullable(ID),
    },
}
_PARTS = {"label": _LABEL, "definition": {"type": "string", "maxLength": 400}, "expression": _EXPRESSION,
          "shown": _SHOWN, "grain": _GRAIN, "is_good": _GOOD, "dimensions": _DIMENSIONS}  # fmt: skip
_MADE = {"type": "object", "additionalProperties": False, "required": ["label", "expression"], "properties": _PARTS}
_CHANGED = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **_PARTS,
        "back_to": {**_NUMBER, "description": "Count again what this version counted."},
        "state": {"enum": ["live"], "description": "Bring back one that was retired."},
    },
}
_VERSION = {
    "type": "object",
    "required": ["version", "expression", "dimensions", "made_by", "made_at"],
    "properties": {"version": _NUMBER, "expression": _EXPRESSION, "dimensions": _DIMENSIONS, "made_by": _TEXT,
                   "made_at": MOMENT},
}  # fmt: skip
_READING = {
    "type": "object",
    "required": ["period", "value"],
    "properties": {
        "period": {**_DAY, "description": "The first day of the period."},
        "value": {
            "type": ["number", "null"],
            "description": "Null where there is none: an average of nothing.",
        },
        "by": {"type": "object", "additionalProperties": nullable(_TEXT)},
    },
}
_FAILURES = (400, 401, 403, 404, 422)
_WRITING = (400, 401, 403, 404, 409, 413, 415, 422)


def paths_of_metrics() -> dict[str, Any]:
    return {
        "/metrics": {
            "get": _operation(
                "list_metrics", "List metrics by their keys", {200: cursor_list(ref("Metric"))},
                query_parameter("limit", "How many at the most.", {"type": "integer", "minimum": 1, "maximum": MOST}),
                query_parameter("cursor", "The `next` of the page before.", _TEXT),
            ),
            "post": _operation("create_metric", "Make a metric", {201: ref("Metric")}, writes=_MADE),
        },
        "/metrics/{key}": {
            "parameters": [_KEY],
            "get": _operation("get_metric", "A metric with what it counts", {200: ref("Metric")}),
            "patch": _operation("change_metric", "Change a metric; another expression makes a new version",
                                {200: ref("Metric")}, writes=_CHANGED),
            "delete": _retired(),
        },
        "/metrics/{key}/versions": {
            "parameters": [_KEY],
            "get": _operation("list_versions_of_metric", "What it counted before, the latest first",
                              {200: cursor_list(_VERSION)}),
        },
        "/metrics/{key}/readings": {
            "parameters": [_KEY],
            "get": _operation("list_readings_of_metric", "Its values, period by period", {200: cursor_list(_READING)},
                              *_asked()),
        },
    }  # fmt: skip


def _asked() -> list[dict[str, Any]]:
    return [
        query_parameter("from", "A day in the first period.", _DAY, required=True),
        query_parameter("to", "A day in the last period.", _DAY, required=True),
        query_parameter("grain", "How long a period is; else the metric's own.", _GRAIN),
        query_parameter("by", "Apart by these dimensions; the fifty largest combinations are told.",
                        {"type": "array", "items": _TEXT}, style="form", explode=False),
        query_parameter("filter", "Only of those whom this rule selects, in text form.", _TEXT),
        query_parameter("as_of", "As it stood at this instant.", MOMENT),
    ]  # fmt: skip


def _retired() -> dict[str, Any]:
    found = _operation(
        "retire_metric", "Retire a metric; it can be brought back", {204: None}, header("Idempotency-Key")
    )
    return {**found, "responses": responses({204: None}, *_WRITING)}


def _operation(
    name: str,
    summary: str,
    answers: dict[int, dict[str, Any] | None],
    *parameters: dict[str, Any],
    writes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    found = {"operationId": name, "tags": ["metrics"], "summary": summary, "parameters": [*parameters]}
    if writes is None:
        return {**found, "responses": responses(answers, *_FAILURES)}
    return {**found, "parameters": [header("Idempotency-Key")], "requestBody": body(writes),
            "responses": responses(answers, *_WRITING)}  # fmt: skip
