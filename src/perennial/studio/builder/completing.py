"""What may come next in the text of a rule that is being typed."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from perennial.conditions.plain.suggesting import LONGEST, suggest
from perennial.foundation.text import whole_number
from perennial.studio.builder.subject import subject_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of

MOST = 12


@require_GET
def suggested(request: HttpRequest, kind_key: str) -> JsonResponse:
    by = cast(Page, request).actor
    schema = subject_of(kind_of(kind_key, by), request.GET, by=by).schema
    text = request.GET.get("text", "")[:LONGEST]
    cursor = whole_number(request.GET.get("cursor", ""))
    found = suggest(text, len(text) if cursor is None else cursor, schema, most=MOST)
    return JsonResponse({
        "data": [
            {"insert": each.insert, "label": each.label, "from": each.replaces[0], "to": each.replaces[1]}
            for each in found
        ],
    })  # fmt: skip
