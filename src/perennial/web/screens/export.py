"""A filtered list as a CSV file, streamed."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from perennial.foundation import clock
from perennial.objects.exporting import csv_rows
from perennial.objects.schema import condition_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of


@require_GET
def export(request: HttpRequest, kind_key: str) -> StreamingHttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by, "export")
    rows = csv_rows(
        kind,
        by=by,
        where=condition_of(kind, request.GET.get("filter", ""), by=by),
        search=request.GET.get("q", "").strip()[:200],
    )
    name = f"{kind.path}-{clock.now():%Y-%m-%d}.csv"
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Accel-Buffering"] = "no"
    return response
