"""What runs in the background, as OpenAPI describes it: changing many records, and files of them."""

from __future__ import annotations

from typing import Any

from perennial.objects.bulk.changes import HOWS, MOST
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.importing.registry import all_kinds
from perennial.objects.types import ObjectType
from perennial.rest.bulks import LARGEST
from perennial.rest.exports import MOST_COLUMNS
from perennial.rest.imports import VERBS
from perennial.rest.schemas import ID, body, cursor_list, header, query_parameter, ref, responses

_TEXT = {"type": "string"}
_VERBS = {
    "start": "Begin", "try": "Try all of it, and leave nothing", "pause": "Rest after the rows at hand",
    "go-on": "Go on after a rest", "cancel": "Stop; what is written stays", "revert": "Take all of it back",
}  # fmt: skip


def background_paths() -> dict[str, Any]:
    number = {"name": "id", "in": "path", "required": True, "schema": ID}
    return {
        "/bulks/{id}": {"parameters": [number], "get": _get("bulk", "Bulk", "How far a change of many records is")},
        "/bulks/{id}/stop": {
            "parameters": [number],
            "post": {
                "operationId": "stop_bulk",
                "tags": ["bulks"],
                "summary": "End it after the records at hand; what is changed stays, and can be undone",
                "responses": responses({200: ref("Bulk")}, 400, 401, 403, 404, 422),
            },
        },
        "/exports": {
            "get": {
                "operationId": "list_exports",
                "tags": ["exports"],
                "summary": "The key's own exports, the latest first",
                "responses": responses({200: cursor_list(ref("Export"))}, 400, 401, 403, 404, 422),
            }
        },
        "/exports/{id}": {
            "parameters": [number],
            "get": _get("export", "Export", "How far an export is"),
            "delete": {
                "operationId": "stop_export",
                "tags": ["exports"],
                "summary": "Stop an export",
                "responses": responses({204: None}, 400, 401, 403, 404, 422),
            },
        },
        "/exports/{id}/file": {"parameters": [number], "get": _file()},
        "/imports": {
            "get": {
                "operationId": "list_imports",
                "tags": ["imports"],
                "summary": "The latest imports: the key's own, or everybody's for who manages the settings",
                "responses": responses({200: cursor_list(ref("Import"))}, 400, 401, 403, 404, 422),
            }
        },
        "/imports/{id}": {
            "parameters": [number],
            "get": _get("import", "Import", "How far an import is, and why rows were left out"),
            "patch": _set_up(),
        },
        "/imports/{id}/skipped": {"parameters": [number], "get": _skipped()},
    } | {f"/imports/{{id}}/{verb}": {"parameters": [number], "post": _verb(verb)} for verb in VERBS}


def bulk_of(kind: ObjectType) -> dict[str, Any]:
    change = {
        "type": "object",
        "required": ["field"],
        "properties": {"field": _TEXT, "how": {"enum": list(HOWS), "default": "set"}, "value": {}},
    }
    flag = {"type": "boolean", "default": False}
    sent = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "ids": {"type": "array", "items": ID, "minItems": 1, "maxItems": LARGEST},
            "filter": {**_TEXT, "description": "A condition in text form; everything is one too."},
            "search": _TEXT,
            "changes": {"type": "array", "items": change, "minItems": 1, "maxItems": MOST},
            "delete": flag,
            "preview": {**flag, "description": "Only say how many it would be."},
        },
    }
    return {
        "operationId": f"bulk_{kind.path.replace('-', '_')}",
        "tags": [kind.path],
        "summary": f"Change or delete many {kind.label_plural}: by ids, or all that a filter finds",
        "parameters": [header("Idempotency-Key")],
        "requestBody": body(sent),
        "responses": responses(
            {200: {"anyOf": [ref("Bulk"), ref("Preview")]}, 202: ref("Bulk")}, 400, 401, 403, 404, 409, 413, 415, 422
        ),
    }


def export_of(kind: ObjectType) -> dict[str, Any]:
    sent = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "format": {"enum": list(FORMATS), "default": "csv"},
            "filter": _TEXT,
            "search": _TEXT,
            "sort": _TEXT,
            "columns": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_COLUMNS},
        },
    }
    return {
        "operationId": f"export_{kind.path.replace('-', '_')}",
        "tags": [kind.path],
        "summary": f"Write {kind.label_plural} into a file, in the background",
        "parameters": [header("Idempotency-Key")],
        "requestBody": body(sent),
        "responses": responses({202: ref("Export")}, 400, 401, 403, 404, 409, 413, 415, 422),
    }


def is_imported(kind: ObjectType) -> bool:
    return any(each.key == kind.key for each in all_kinds())


def import_of(kind: ObjectType) -> dict[str, Any]:
    file = {"schema": {"type": "string", "format": "binary"}}
    return {
        "operationId": f"import_{kind.path.replace('-', '_')}",
        "tags": [kind.path],
        "summary": f"Send a file of {kind.label_plural}, up to 16 MB; the answer says how it would be read",
        "parameters": [query_parameter("name", "What the file is called.", _TEXT)],
        "requestBody": {"required": True, "content": {"application/octet-stream": file}},
        "responses": responses({201: ref("Import")}, 400, 401, 403, 404, 409, 413, 422),
    }


def _set_up() -> dict[str, Any]:
    parts = {"mapping": {"type": "object"}, "options": {"type": "object"}}
    return {
        "operationId": "set_up_import",
        "tags": ["imports"],
        "summary": "Say which column is which field, and how to read it",
        "requestBody": body({"type": "object", "additionalProperties": False, "properties": parts}),
        "responses": responses({200: ref("Import")}, 400, 401, 403, 404, 409, 413, 415, 422),
    }


def _verb(verb: str) -> dict[str, Any]:
    good: dict[int, Any] = {200: ref("Undone"), 202: ref("Bulk")} if verb == "revert" else {200: ref("Import")}
    return {
        "operationId": f"{verb.replace('-', '_')}_import",
        "tags": ["imports"],
        "summary": _VERBS[verb],
        "responses": responses(good, 400, 401, 403, 404, 409, 422),
    }


def _skipped() -> dict[str, Any]:
    found = responses({200: None}, 400, 401, 403, 404, 422)
    found["200"]["content"] = {"text/csv": {"schema": {"type": "string"}}}
    return {
        "operationId": "get_import_skipped",
        "tags": ["imports"],
        "summary": "The rows that were left out, each with its reason",
        "responses": found,
    }


def _get(name: str, schema: str, summary: str) -> dict[str, Any]:
    return {
        "operationId": f"get_{name}",
        "tags": [f"{name}s"],
        "summary": summary,
        "responses": responses({200: ref(schema)}, 400, 401, 403, 404, 422),
    }


def _file() -> dict[str, Any]:
    found = responses({200: None}, 400, 401, 403, 404, 422)
    types = sorted({each.media_type.partition(";")[0] for each in FORMATS.values()} | {"application/zip"})
    found["200"]["content"] = {each: {"schema": {"type": "string", "format": "binary"}} for each in types}
    return {"operationId": "get_export_file", "tags": ["exports"], "summary": "The file", "responses": found}
