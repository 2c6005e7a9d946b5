"""The operations of one kind, as OpenAPI describes them."""

from __future__ import annotations

from typing import Any

from perennial.objects.actions import Action
from perennial.objects.bulk.chosen import kinds_within
from perennial.objects.ordering import MOST as MOST_SORTS
from perennial.objects.types import ObjectType
from perennial.rest.acting import LARGEST as LARGEST_RUN
from perennial.rest.acting import actions_of
from perennial.rest.background import bulk_of, export_of, import_of, is_imported
from perennial.rest.batches import LARGEST, parts_of
from perennial.rest.comments import paths_of_comments
from perennial.rest.resources import MOST
from perennial.rest.schemas import (
    COUNT,
    ID,
    VERSION,
    body,
    cursor_list,
    header,
    query_parameter,
    ref,
    responses,
)
from perennial.rest.segments_described import paths_of_memberships
from perennial.rest.shapes import facts_offered, paths_of_relations
from perennial.rest.sharing import paths_of_sharing
from perennial.workspace.actor import Actor

MADE = "made."


def paths_of(kind: ObjectType, by: Actor) -> dict[str, Any]:
    record_id = {"name": "id", "in": "path", "required": True, "schema": ID}
    paths: dict[str, Any] = {
        f"/{kind.path}": {"get": _list(kind, by)} | ({"post": _create(kind)} if kind.can_create else {}),
        f"/{kind.path}/{{id}}": {"parameters": [record_id], "get": _get(kind, by)} | _changes(kind),
        f"/{kind.path}/views": {"get": _views(kind)},
        f"/{kind.path}/views/{{id}}": {"parameters": [record_id], "get": _view(kind)},
    }
    if kind.field(kind.external) is not None:
        paths[f"/{kind.path}/by/{{external_id}}"] = _external(kind, by)
    if parts_of(kind):
        paths[f"/{kind.path}/batch"] = {"post": _batch(kind)}
    if any(each.can_edit or each.can_delete for each in kinds_within(kind)):
        paths[f"/{kind.path}/bulk"] = {"post": bulk_of(kind)}
    paths[f"/{kind.path}/exports"] = {"post": export_of(kind)}
    if is_imported(kind):
        paths[f"/{kind.path}/imports"] = {"post": import_of(kind)}
    paths |= paths_of_comments(kind) | paths_of_sharing(kind) | paths_of_memberships(kind)
    for action in actions_of(kind):
        paths[f"/{kind.path}/actions/{action.key}"] = {"post": _act(kind, action)}
    return paths


def name_of(kind: ObjectType) -> str:
    """The name of its schema: "Person"; of a kind that a user made "MadeBoat", for it may be called like another."""
    words = kind.key.rsplit(".", 1)[-1].split("_")
    return "".join(part.capitalize() for part in (["made", *words] if kind.key.startswith(MADE) else words))


def _operation(kind: ObjectType, verb: str, summary: str, **rest: Any) -> dict[str, Any]:
    return {"operationId": f"{verb}_{kind.path.replace('-', '_')}", "tags": [kind.path], "summary": summary, **rest}


def _several(name: str, description: str, items: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return query_parameter(
        name, description, {"type": "array", "items": items, **rest}, style="form", explode=False
    )  # fmt: skip


def _shape_parameters(kind: ObjectType, by: Actor) -> list[dict[str, Any]]:
    relations = paths_of_relations(kind)
    keys = [fact.key for fact in facts_offered(kind, by)]
    found = [
        _several(
            "fields",
            "Only these fields, with commas between; company.name is a field of the company referred to.",
            {"type": "string"},
        )
    ]
    if relations:
        found.append(
            _several(
                "expand",
                "Records referred to, to be shown with all their fields; over two relations at most.",
                {"enum": relations},
            )
        )
    if keys:
        found.append(_several("facts", "Facts to add to each record, by their keys.", {"enum": keys}))
    return found


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
            _several(
                "sort",
                "What to order by; a minus in front orders downwards.",
                {"type": "string", "examples": sorts[:2]},
                maxItems=MOST_SORTS,
            ),
            query_parameter(
                "limit", "How many at the most.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}
            ),
            query_parameter("cursor", "The `next` of the page before.", {"type": "string"}),
            query_parameter("count", "Say how many there are; of many an estimate.", {"type": "boolean"}),
            query_parameter("view", "A saved view, whose filter, order and columns are to be used.", ID),
            *_shape_parameters(kind, by),
        ],
        responses=responses({200: cursor_list(ref(name_of(kind)), count=COUNT)}, 400, 401, 403, 404, 422),
    )


def _create(kind: ObjectType) -> dict[str, Any]:
    return _operation(
        kind,
        "create",
        f"Create a record of {kind.label}",
        parameters=[header("Idempotency-Key")],
        requestBody=body(ref(f"{name_of(kind)}New")),
        responses=responses({201: ref(name_of(kind)), 204: None}, 400, 401, 403, 404, 409, 413, 415, 422),
    )


def _get(kind: ObjectType, by: Actor) -> dict[str, Any]:
    return _operation(
        kind,
        "get",
        f"Get a record of {kind.label}",
        parameters=[header("If-None-Match"), *_shape_parameters(kind, by)],
        responses=responses({200: ref(name_of(kind)), 304: None}, 400, 401, 403, 404, 422),
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
            requestBody=body(ref(f"{name_of(kind)}Change")),
            responses=responses({200: ref(name_of(kind)), 204: None}, 400, 401, 403, 404, 409, 412, 413, 415, 422),
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
            parameters=[header("If-None-Match"), *_shape_parameters(kind, by)],
            responses=responses({200: ref(name_of(kind)), 304: None}, 400, 401, 403, 404, 422),
        ),
    }
    if kind.can_create and kind.can_edit:
        operations["put"] = _operation(
            kind,
            "upsert",
            f"Create a record of {kind.label}, or change the fields sent",
            parameters=[header("Idempotency-Key")],
            requestBody=body(ref(f"{name_of(kind)}Change")),
            responses=responses(
                {200: ref(name_of(kind)), 201: ref(name_of(kind)), 204: None},
                400, 401, 403, 404, 409, 413, 415, 422,
            ),
        )  # fmt: skip
    return operations


def _batch(kind: ObjectType) -> dict[str, Any]:
    name, parts = name_of(kind), parts_of(kind)
    change = {"type": "object", "required": ["id"], "properties": {"id": ID, "version": VERSION}}
    rows = {"create": ref(f"{name}New"), "update": change, "upsert": ref(f"{name}Change"), "delete": ID}
    sent = {part: {"type": "array", "items": rows[part], "maxItems": LARGEST} for part in parts}
    given = {part: {"type": "array", "items": ref("Result")} for part in parts}
    return _operation(
        kind,
        "batch",
        f"Write many records of {kind.label}, with a result for each",
        parameters=[header("Idempotency-Key")],
        requestBody=body({"type": "object", "additionalProperties": False, "properties": sent}),
        responses=responses({200: {"type": "object", "properties": given}}, 400, 401, 403, 404, 409, 413, 415, 422),
    )


def _views(kind: ObjectType) -> dict[str, Any]:
    return _operation(
        kind,
        "views_of",
        f"Saved views of {kind.label_plural} that are shared with everybody",
        responses=responses({200: cursor_list(ref("View"))}, 400, 401, 403, 404, 422),
    )


def _view(kind: ObjectType) -> dict[str, Any]:
    return _operation(
        kind,
        "view_of",
        f"A saved view of {kind.label_plural}",
        responses=responses({200: ref("View")}, 400, 401, 403, 404, 422),
    )


def _act(kind: ObjectType, action: Action) -> dict[str, Any]:
    ids = {"type": "array", "items": ID, "minItems": 1, "maxItems": LARGEST_RUN}
    given = {**_inlined(action.input.model_json_schema()), "additionalProperties": False}
    sent = {
        "type": "object",
        "additionalProperties": False,
        "required": ["ids", *(["input"] if given.get("required") else [])],
        "properties": {"ids": ids, "input": given},
    }
    return _operation(
        kind,
        f"run_{action.key.replace('.', '_')}_on",
        str(action.label),
        parameters=[header("Idempotency-Key")],
        requestBody=body(sent),
        responses=responses({200: ref("Run")}, 400, 401, 403, 404, 409, 413, 415, 422),
    )


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that stands alone: what it keeps under $defs is put where it is named."""
    parts = schema.get("$defs", {})

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return whole(parts[value["$ref"].rpartition("/")[2]])
        return {key: whole(each) for key, each in value.items() if key not in ("$defs", "title", "is_hidden")}

    found: dict[str, Any] = whole(schema)
    return found
