"""The JSON Schema of conditions, for programs that build them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from perennial.conditions.jsonschema import condition_schema
from perennial.rest.problems import WrongMethod, answer, problem


def schema_of_conditions(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/conditions/schema; open to all, because it says nothing about anybody."""
    if request.method not in ("GET", "HEAD"):
        return problem(WrongMethod(("GET", "HEAD")))
    return answer(condition_schema())


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
        }
    }
