"""What is said about a record: GET and POST /people/7/comments, PATCH and DELETE of what one said oneself.

A key says things under its own name. Those called by name (@Ben) and the followers are told, if they see the record.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.collaboration.comments import (
    Said,
    add_comment,
    comment_on,
    comments_on,
    delete_comment,
    edit_comment,
)
from perennial.objects.collaboration.subjects import Subject, subject
from perennial.objects.cursors import Position, seal, unseal
from perennial.objects.types import ObjectType, type_by_path
from perennial.rest.bodies import read_object, refuse_parts, refuse_unknown, whole
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.rest.schemas import ID, MOMENT, body, cursor_list, header, query_parameter, ref, responses
from perennial.workspace.actor import Actor

MOST = 200
_SORT = "comments"


@endpoint
def comments(request: HttpRequest, by: Actor, path: str, record_id: str) -> HttpResponse:
    about = _about(path, record_id, by)
    if request.method == "POST":
        refuse_unknown(request, ())
        return once(request, by, lambda: _add(read_object(request), about, by))
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD", "POST"))
    refuse_unknown(request, ("limit", "cursor"))
    limit = whole(request, "limit", default=50, least=1, most=MOST)
    cursor = request.GET.get("cursor")
    found = comments_on(about, before=unseal(cursor, sort=_SORT).id if cursor else None, limit=limit + 1)
    more = seal(Position(_SORT, [], found[limit - 1].id)) if len(found) > limit else None
    return answer({"data": [_as_json(each) for each in found[:limit]], "next": more})


@endpoint
def comment(request: HttpRequest, by: Actor, path: str, record_id: str, comment_id: str) -> HttpResponse:
    about, number = _about(path, record_id, by), whole_number(comment_id)
    found = comment_on(about, number) if number else None
    if found is None:
        raise NotFound
    if request.method not in ("GET", "HEAD", "PATCH", "DELETE"):
        raise WrongMethod(("GET", "HEAD", "PATCH", "DELETE"))
    refuse_unknown(request, ())
    if request.method == "PATCH":
        return once(request, by, lambda: _edit(read_object(request), found.id, about, by))
    if request.method == "DELETE":
        return once(request, by, lambda: _delete(found.id, by))
    return answer(_as_json(found))


def paths_of_comments(kind: ObjectType) -> dict[str, Any]:
    name, tags = kind.path.replace("-", "_"), [kind.path]
    record, number = ({"name": each, "in": "path", "required": True, "schema": ID} for each in ("id", "comment"))
    whole_list, problems = cursor_list(ref("Comment")), (400, 401, 403, 404, 413, 415, 422)
    sent = body({"type": "object", "additionalProperties": False, "required": ["text"], "properties": {"text": _TEXT}})
    return {
        f"/{kind.path}/{{id}}/comments": {
            "parameters": [record],
            "get": {
                "operationId": f"list_comments_on_{name}", "tags": tags,
                "summary": f"What was said about a record of {kind.label}, the latest first",
                "parameters": [
                    query_parameter("limit", "How many at the most.",
                                    {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}),
                    query_parameter("cursor", "The `next` of the page before.", {"type": "string"}),
                ],
                "responses": responses({200: whole_list}, 400, 401, 403, 404, 422),
            },
            "post": {
                "operationId": f"add_comment_on_{name}", "tags": tags,
                "summary": f"Say something about a record of {kind.label}; @name calls somebody",
                "parameters": [header("Idempotency-Key")], "requestBody": sent,
                "responses": responses({201: ref("Comment")}, 409, *problems),
            },
        },
        f"/{kind.path}/{{id}}/comments/{{comment}}": {
            "parameters": [record, number],
            "get": {
                "operationId": f"get_comment_on_{name}", "tags": tags,
                "summary": f"A comment on a record of {kind.label}",
                "responses": responses({200: ref("Comment")}, 400, 401, 403, 404, 422),
            },
            "patch": {
                "operationId": f"change_comment_on_{name}", "tags": tags, "summary": "Correct what one said oneself",
                "parameters": [header("Idempotency-Key")], "requestBody": sent,
                "responses": responses({200: ref("Comment")}, 409, *problems),
            },
            "delete": {
                "operationId": f"delete_comment_on_{name}", "tags": tags, "summary": "Take away what one said oneself",
                "parameters": [header("Idempotency-Key")],
                "responses": responses({204: None}, 409, *problems),
            },
        },
    }  # fmt: skip


_TEXT = {"type": "string", "minLength": 1, "maxLength": 10_000}
COMMENT = {
    "type": "object",
    "required": ["id", "text", "author", "author_name", "mentions", "created_at", "edited_at"],
    "properties": {
        "id": ID,
        "text": {"type": "string"},
        "author": {"type": ["integer", "null"], "description": "The user; null for what a key said."},
        "author_name": {"type": "string"},
        "mentions": {"type": "array", "items": {"type": "string"}, "description": "The names of those called."},
        "created_at": MOMENT,
        "edited_at": {"anyOf": [MOMENT, {"type": "null"}]},
    },
}


def _about(path: str, record_id: str, by: Actor) -> Subject:
    kind, number = type_by_path(path), whole_number(record_id)
    if kind is None or not number:
        raise NotFound
    return subject(kind.key, number, by=by)


def _add(sent: dict[str, Any], about: Subject, by: Actor) -> HttpResponse:
    number = add_comment(about.object_key, about.record_id, _text(sent), by=by)
    return _said(about, number, status=201)


def _edit(sent: dict[str, Any], comment_id: int, about: Subject, by: Actor) -> HttpResponse:
    edit_comment(comment_id, _text(sent), by=by)
    return _said(about, comment_id, status=200)


def _delete(comment_id: int, by: Actor) -> HttpResponse:
    delete_comment(comment_id, by=by)
    return HttpResponse(status=204)


def _said(about: Subject, comment_id: int, *, status: int) -> HttpResponse:
    found = comment_on(about, comment_id)
    if found is None:
        raise NotFound
    return answer(_as_json(found), status=status)


def _text(sent: dict[str, Any]) -> str:
    refuse_parts(sent, ("text",))
    text = sent.get("text")
    if not isinstance(text, str):
        raise Invalid({"text": _("Write something, at most 10,000 characters.")})
    return text


def _as_json(said: Said) -> dict[str, Any]:
    return {
        "id": said.id, "text": said.text, "author": said.author_id, "author_name": said.author,
        "mentions": list(said.names), "created_at": said.at, "edited_at": said.edited_at,
    }  # fmt: skip
