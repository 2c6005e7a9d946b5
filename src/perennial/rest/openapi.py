"""The OpenAPI 3.1 document, written from the declarations whenever it is asked for: a kind or a field that a user made
a moment ago is in it. A test holds the server to every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse

from perennial.foundation.errors import SignInNeeded
from perennial.objects.field_rights import hidden, locked
from perennial.objects.fields import (
    Field,
    FieldType,
    FileType,
    LinesType,
    MemberType,
    MoneyType,
    RefsType,
    RefType,
    TeamType,
)
from perennial.objects.made.catalogue import follow
from perennial.objects.types import ObjectType, object_types
from perennial.rest.absences import ABSENCE, paths_of_absences
from perennial.rest.auth import actor_of_request
from perennial.rest.automations_described import paths_of_automations
from perennial.rest.background import background_paths
from perennial.rest.changes import MOST as MOST_CHANGES
from perennial.rest.comments import COMMENT
from perennial.rest.conditions import paths_of_conditions
from perennial.rest.contract import Endpoint, endpoints
from perennial.rest.files import paths_of_files
from perennial.rest.metrics_described import METRIC, paths_of_metrics
from perennial.rest.operations import name_of, paths_of
from perennial.rest.problems import WrongMethod, answer, problem
from perennial.rest.schemas import (
    ID,
    LIMIT_HEADERS,
    MOMENT,
    SHARED,
    VERSION,
    cursor_list,
    header,
    nullable,
    query_parameter,
    ref,
    responses,
)
from perennial.rest.segments_described import SEGMENT, paths_of_segments
from perennial.rest.shapes import facts_offered
from perennial.rest.sharing import SEER, SHARE
from perennial.workspace.actor import SYSTEM, Actor


def document(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/openapi.json; open to all, because it says nothing about anybody. Sent with a key it has what the
    key may read and write, and no more."""
    if request.method not in ("GET", "HEAD"):
        return problem(WrongMethod(("GET", "HEAD")))
    follow()
    try:
        by = actor_of_request(request) if "Authorization" in request.headers else SYSTEM
    except SignInNeeded as error:
        return problem(error)
    return answer(describe(by))


def describe(by: Actor = SYSTEM) -> dict[str, Any]:
    kinds = [_of_actor(object_types[key], by) for key in sorted(object_types)]
    paths: dict[str, Any] = {"/changes": {"get": _changes()}, "/runs/{id}/undo": _undo()}
    paths |= paths_of_files(kinds)
    paths |= paths_of_automations() | paths_of_metrics()
    paths |= background_paths() | paths_of_conditions() | paths_of_absences() | paths_of_segments()
    for kind in kinds:
        paths |= paths_of(kind, by)
    for declared in endpoints.values():
        paths[f"/{declared.path}"] = {"get": _declared(declared)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Perennial",
            "version": version("perennial"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Records, events and facts of one deployment. Lists go on with the cursor in `next`.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "tags": [{"name": kind.path, "description": str(kind.label_plural)} for kind in kinds],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "headers": LIMIT_HEADERS,
            "schemas": SHARED | _OWN | {name: schema for kind in kinds for name, schema in _schemas(kind, by).items()},
        },
    }


def _of_actor(kind: ObjectType, by: Actor) -> ObjectType:
    """The kind without the fields that the actor may not read; those that they may not write can only be read."""
    gone, kept = hidden(kind, by), locked(kind, by)
    if not kept:
        return kind
    fields = (replace(each, readonly=True) if each.key in kept else each for each in kind.fields)
    return replace(kind, fields=tuple(each for each in fields if each.key not in gone))


def _schemas(kind: ObjectType, by: Actor) -> dict[str, Any]:
    """What a record looks like when it is read, created and changed. Which fields come is for the request to say."""
    settable = [field for field in kind.fields if not field.readonly]
    shown = {field.key: _shown(field) for field in kind.fields}
    read = {"id": ID, "version": VERSION, **shown, "created_at": MOMENT, "updated_at": MOMENT}
    facts = {fact.key: nullable(fact.type.schema()) for fact in facts_offered(kind, by)}
    name = name_of(kind)
    return {
        name: {
            "type": "object",
            "required": ["id", "version"],
            "properties": {**read, "facts": {"type": "object", "properties": facts}},
        },
        f"{name}New": {
            "type": "object",
            "additionalProperties": False,
            "required": [field.key for field in settable if field.required],
            "properties": {field.key: _sent(field) for field in settable},
        },
        f"{name}Change": {
            "type": "object",
            "additionalProperties": False,
            "properties": {field.key: _sent(field) for field in settable},
        },
    }


_OWN = {"Comment": COMMENT, "Share": SHARE, "Seer": SEER, "Absence": ABSENCE, "Segment": SEGMENT,
        "Metric": METRIC}  # fmt: skip


def _shown(field: Field) -> dict[str, Any]:
    """A record referred to also has those of its fields that `fields` or `expand` asks for."""
    schema = field.type.schema()
    if isinstance(field.type, RefType):
        schema = {key: value for key, value in schema.items() if key != "additionalProperties"}
    return {**nullable(schema), "description": str(field.help or field.label)}


def _sent(field: Field) -> dict[str, Any]:
    """A record referred to may be named by its id alone, a sum by its amount alone."""
    schema = _accepted(field.type)
    return {**(schema if field.required else nullable(schema)), "description": str(field.help or field.label)}


def _line_accepted(line: dict[str, Any], parts: Sequence[Field]) -> dict[str, Any]:
    """What is computed from the others is not sent."""
    written = [part for part in parts if not part.readonly]
    return {
        "properties": {part.key: line["properties"][part.key] for part in written},
        "required": [part.key for part in written if part.required],
    }


def _accepted(type: FieldType) -> dict[str, Any]:
    schema = type.schema()
    match type:
        case RefType() | MemberType() | TeamType():
            return {"anyOf": [schema["properties"]["id"], {**schema, "required": ["id"]}]}
        case RefsType():
            one = schema["items"]
            return {**schema, "items": {"anyOf": [one["properties"]["id"], {**one, "required": ["id"]}]}}
        case FileType():
            return {"anyOf": [schema["properties"]["id"], {**schema, "required": ["id"]}]}
        case LinesType(parts):
            return {**schema, "items": {**schema["items"], **_line_accepted(schema["items"], parts)}}
        case MoneyType():
            return {"anyOf": [schema["properties"]["amount"], {**schema, "required": ["amount"]}]}
    return schema


def _changes() -> dict[str, Any]:
    return {
        "operationId": "list_changes",
        "summary": "Changes of records and definitions, in the order of commits",
        "tags": ["changes"],
        "parameters": [
            query_parameter(
                "after", "The `next` of the answer before. None: from the first. latest: from now on.",
                {"type": "string", "pattern": "^(latest|[0-9a-f]{8}-[0-9]{1,18}-[0-9]{1,18})?$"},
            ),
            query_parameter(
                "limit", "How many at the most.",
                {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": 100},
            ),
            query_parameter(
                "kinds", "Only of these, by the words in their addresses.",
                {"type": "array", "items": {"type": "string"}}, style="form", explode=False,
            ),
        ],
        "responses": responses({200: ref("Feed")}, 400, 401, 403, 404, 410, 422),
    }  # fmt: skip


def _undo() -> dict[str, Any]:
    return {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": ID}],
        "post": {
            "operationId": "undo_run",
            "summary": "Take back what a run changed, as far as nobody has changed it since",
            "tags": ["runs"],
            "parameters": [header("Idempotency-Key")],
            "responses": responses({200: ref("Undone"), 202: ref("Bulk")}, 400, 401, 403, 404, 409, 413, 422),
        },
    }


def _declared(declared: Endpoint) -> dict[str, Any]:
    return {
        "operationId": f"list_{declared.path}",
        "summary": declared.summary,
        "tags": [declared.path],
        "parameters": [query_parameter(each.name, each.description, dict(each.schema)) for each in declared.parameters],
        "responses": responses({200: cursor_list(dict(declared.item))}, 400, 401, 403, 404, 422),
    }
