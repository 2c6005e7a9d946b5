"""Conditions for programs that build them: their JSON Schema, and what may come next in a text that is being typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.conditions.jsonschema import condition_schema
from perennial.conditions.plain.suggesting import KINDS, LONGEST, suggest
from perennial.foundation.errors import Invalid
from perennial.objects.access import widest_reach
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, type_by_path
from perennial.rest.bodies import refuse_unknown, whole
from perennial.rest.problems import WrongMethod, answer, endpoint, problem
from perennial.rest.schemas import query_parameter, responses
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def schema_of_conditions(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/conditions/schema; open to all, because it says nothing about anybody."""
    if request.method not in ("GET", "HEAD"):
        return problem(WrongMethod(("GET", "HEAD")))
    return answer(condition_schema())


@endpoint
def suggestions(request: HttpRequest, by: Actor) -> HttpResponse:
    """GET /api/v1/conditions/suggest?kind=people&text=sta&cursor=3: what the key may ask, and nothing else."""
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ("kind", "text", "cursor"))
    kind, text = _kind(request.GET.get("kind", ""), by), request.GET.get("text", "")
    if len(text) > LONGEST:
        raise Invalid({"text": _("At most %(most)d characters.") % {"most": LONGEST}})
    cursor = whole(request, "cursor", default=len(text), least=0, most=LONGEST)
    found = suggest(text, cursor, schema_of(kind, by=by))
    return answer({
        "data": [
            {"insert": each.insert, "label": each.label, "kind": each.kind, "from": each.replaces[0],
             "to": each.replaces[1]}
            for each in found
        ],
    })  # fmt: skip


def _kind(path: str, by: Actor) -> ObjectType:
    kind = type_by_path(path)
    if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise Invalid({"kind": _("There is no kind %(name)s.") % {"name": path[:80]}})
    return kind


_SUGGESTION = {
    "type": "object",
    "required": ["insert", "label", "kind", "from", "to"],
    "properties": {
        "insert": {"type": "string", "description": "What takes the place of the text from `from` to `to`."},
        "label": {"type": "string", "description": "What people call it."},
        "kind": {"enum": list(KINDS)},
        "from": {"type": "integer", "minimum": 0},
        "to": {"type": "integer", "minimum": 0},
    },
}


def paths_of_conditions() -> dict[str, Any]:
    return {
        "/conditions/schema": {
            "get": {
                "operationId": "schemaOfConditions",
                "summary": "The JSON Schema of conditions",
                "description": "What a condition in JSON may look like: the rules of segments are such conditions.",
                "security": [],
                "responses": {
                    "200": {
                        "description": "The schema.",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    }
                },
            }
        },
        "/conditions/suggest": {
            "get": {
                "operationId": "suggest_in_condition",
                "summary": "What may come next in a condition that is being typed",
                "parameters": [
                    query_parameter("kind", "The kind that is asked about, such as people.", {"type": "string"},
                                    required=True),
                    query_parameter("text", "What has been typed.", {"type": "string", "maxLength": LONGEST}),
                    query_parameter("cursor", "Where in it; without it at its end.",
                                    {"type": "integer", "minimum": 0, "maximum": LONGEST}),
                ],
                "responses": responses(
                    {200: {"type": "object", "required": ["data"],
                           "properties": {"data": {"type": "array", "items": _SUGGESTION}}}}, 400, 401, 403, 404, 422,
                ),
            }
        },
    }  # fmt: skip
