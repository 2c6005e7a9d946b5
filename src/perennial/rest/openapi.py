"""The OpenAPI 3.1 document, written from the declarations. A test holds the server to every word of it."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse

from perennial.foundation.errors import SignInNeeded
from perennial.objects.facts import Fact, facts_about
from perennial.objects.field_rights import hidden, locked
from perennial.objects.fields.protocol import Field
from perennial.objects.record_fields import FACT
from perennial.objects.types import ObjectType, object_types
from perennial.rest.auth import actor_of_request
from perennial.rest.batches import LARGEST, parts_of
from perennial.rest.contract import Endpoint, endpoints
from perennial.rest.problems import WrongMethod, answer, problem
from perennial.rest.schemas import (
    ID,
    PROBLEM,
    RESULT,
    VERSION,
    cursor_list,
    header,
    nullable,
    query_parameter,
    responses,
)
from perennial.workspace.actor import SYSTEM, Actor


def document(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/openapi.json; open to all, because it says nothing about anybody. Sent with a key it has what the
    key may read and write, and no more."""
    if request.method not in ("GET", "HEAD"):
        return problem(WrongMethod(("GET", "HEAD")))
    try:
        by = actor_of_request(request) if "Authorization" in request.headers else SYSTEM
    except SignInNeeded as error:
        return problem(error)
    return answer(describe(by))


def describe(by: Actor = SYSTEM) -> dict[str, Any]:
    kinds = [_of_actor(object_types[key], by) for key in sorted(object_types)]
    paths: dict[str, Any] = {}
    for kind in kinds:
        paths |= _paths(kind, by)
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
            "schemas": {"Problem": PROBLEM, "Result": RESULT}
            | {name: schema for kind in kinds for name, schema in _schemas(kind, by).items()},
        },
    }


def _of_actor(kind: ObjectType, by: Actor) -> ObjectType:
    """The kind without the fields that the actor may not read; those that they may not write can only be read."""
    gone, kept = hidden(kind, by), locked(kind, by)
    if not kept:
        return kind
    fields = (replace(each, readonly=True) if each.key in kept else each for each in kind.fields)
    return replace(kind, fields=tuple(each for each in fields if each.key not in gone))


def _facts(kind: ObjectType, by: Actor) -> list[Fact]:
    gone = hidden(kind, by)
    return [fact for fact in facts_about(kind.facts_key) if f"{FACT}{fact.key}" not in gone]


def _schemas(kind: ObjectType, by: Actor) -> dict[str, Any]:
    """What a record looks like when it is read, created and changed."""
    settable = [field for field in kind.fields if not field.readonly]
    moment = {"type": "string", "format": "date-time"}
    shown = {field.key: _shown(field) for field in kind.fields}
    read = {"id": ID, "version": VERSION, **shown, "created_at": moment, "updated_at": moment}
    facts = {fact.key: nullable(fact.type.schema()) for fact in _facts(kind, by)}
    name = _name(kind)
    return {
        name: {
            "type": "object",
            "required": list(read),
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


def _shown(field: Field) -> dict[str, Any]:
    return {**nullable(field.type.schema()), "description": str(field.help or field.label)}


def _sent(field: Field) -> dict[str, Any]:
    schema = field.type.schema()
    return {**(schema if field.required else nullable(schema)), "description": str(field.help or field.label)}


def _name(kind: ObjectType) -> str:
    return "".join(part.capitalize() for part in kind.key.rsplit(".", 1)[-1].split("_"))


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _paths(kind: ObjectType, by: Actor) -> dict[str, Any]:
    record_id = {"name": "id", "in": "path", "required": True, "schema": ID}
    paths: dict[str, Any] = {
        f"/{kind.path}": {"get": _list(kind, by)} | ({"post": _create(kind)} if kind.can_create else {}),
        f"/{kind.path}/{{id}}": {"parameters": [record_id], "get": _get(kind, by)} | _changes(kind),
    }
    if kind.field(kind.external) is not None:
        paths[f"/{kind.path}/by/{{external_id}}"] = _external(kind, by)
    if parts_of(kind):
        paths[f"/{kind.path}/batch"] = {"post": _batch(kind)}
    return paths


def _operation(kind: ObjectType, verb: str, summary: str, **rest: Any) -> dict[str, Any]:
    return {"operationId": f"{verb}_{kind.path.replace('-', '_')}", "tags": [kind.path], "summary": summary, **rest}


def _facts_parameter(kind: ObjectType, by: Actor) -> list[dict[str, Any]]:
    keys = [fact.key for fact in _facts(kind, by)]
    return (
        [
            query_parameter(
                "facts",
                "Facts to add to each record, by their keys, with commas between.",
                {"type": "array", "items": {"enum": keys}},
                style="form",
                explode=False,
            )
        ]
        if keys
        else []
    )


def _list(kind: ObjectType, by: Actor) -> dict[str, Any]:
    sorts = [sign + field.key for field in kind.fields if field.is_sortable for sign in ("", "-")]
    return _operation(
        kind,
        "list",
        f"List {kind.label_plural}",
        parameters=[
            query_parameter("filter", 'A condition in text form, for example: name contains "ann"', {"type": "string"}),
            query_parameter(
                "search", "Any part of the name, and of what else this kind is found by.", {"type": "string"}
            ),
            query_parameter("sort", "The field to order by; a minus in front orders downwards.", {"enum": sorts}),
            query_parameter(
                "limit", "How many at the most.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
            ),
            query_parameter("cursor", "The `next` of the page before.", {"type": "string"}),
            *_facts_parameter(kind, by),
        ],
        responses=responses({200: cursor_list(_ref(_name(kind)))}, 400, 401, 403, 404, 422),
    )


def _create(kind: ObjectType) -> dict[str, Any]:
    return _operation(
        kind,
        "create",
        f"Create a record of {kind.label}",
        parameters=[header("Idempotency-Key")],
        requestBody=_body(_ref(f"{_name(kind)}New")),
        responses=responses({201: _ref(_name(kind)), 204: None}, 400, 401, 403, 404, 409, 413, 415, 422),
    )


def _get(kind: ObjectType, by: Actor) -> dict[str, Any]:
    return _operation(
        kind,
        "get",
        f"Get a record of {kind.label}",
        parameters=[header("If-None-Match"), *_facts_parameter(kind, by)],
        responses=responses({200: _ref(_name(kind)), 304: None}, 400, 401, 403, 404, 422),
    )


def _changes(kind: ObjectType) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    headers = [header("Idempotency-Key"), header("If-Match")]
    if kind.can_edit:
        operations["patch"] = _operation(
            kind,
            "change",
            f"Change a record of {kind.label}",
            parameters=headers,
            requestBody=_body(_ref(f"{_name(kind)}Change")),
            responses=responses({200: _ref(_name(kind)), 204: None}, 400, 401, 403, 404, 409, 412, 413, 415, 422),
        )
    if kind.can_delete:
        operations["delete"] = _operation(
            kind,
            "delete",
            f"Delete a record of {kind.label}",
            parameters=headers,
            responses=responses({204: None}, 400, 401, 403, 404, 409, 412, 422),
        )
    return operations


def _external(kind: ObjectType, by: Actor) -> dict[str, Any]:
    external = {
        "name": "external_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/\\x00]+$"},
    }
    operations: dict[str, Any] = {
        "parameters": [external],
        "get": _operation(
            kind,
            "find",
            f"Find a record of {kind.label} by another system's id",
            parameters=[header("If-None-Match"), *_facts_parameter(kind, by)],
            responses=responses({200: _ref(_name(kind)), 304: None}, 400, 401, 403, 404, 422),
        ),
    }
    if kind.can_create and kind.can_edit:
        operations["put"] = _operation(
            kind,
            "upsert",
            f"Create a record of {kind.label}, or change the fields sent",
            parameters=[header("Idempotency-Key")],
            requestBody=_body(_ref(f"{_name(kind)}Change")),
            responses=responses(
                {200: _ref(_name(kind)), 201: _ref(_name(kind)), 204: None}, 400, 401, 403, 404, 409, 413, 415, 422
            ),
        )
    return operations


def _batch(kind: ObjectType) -> dict[str, Any]:
    name, parts = _name(kind), parts_of(kind)
    change = {"type": "object", "required": ["id"], "properties": {"id": ID, "version": VERSION}}
    rows = {"create": _ref(f"{name}New"), "update": change, "upsert": _ref(f"{name}Change"), "delete": ID}
    sent = {part: {"type": "array", "items": rows[part], "maxItems": LARGEST} for part in parts}
    given = {part: {"type": "array", "items": _ref("Result")} for part in parts}
    return _operation(
        kind,
        "batch",
        f"Write many records of {kind.label}, with a result for each",
        parameters=[header("Idempotency-Key")],
        requestBody=_body({"type": "object", "additionalProperties": False, "properties": sent}),
        responses=responses({200: {"type": "object", "properties": given}}, 400, 401, 403, 404, 409, 413, 415, 422),
    )


def _declared(declared: Endpoint) -> dict[str, Any]:
    return {
        "operationId": f"list_{declared.path}",
        "summary": declared.summary,
        "tags": [declared.path],
        "parameters": [query_parameter(each.name, each.description, dict(each.schema)) for each in declared.parameters],
        "responses": responses({200: cursor_list(dict(declared.item))}, 400, 401, 403, 404, 422),
    }
