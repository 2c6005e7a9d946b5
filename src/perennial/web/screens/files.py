"""Files that stand in records: taken in by forms, and fetched through the record, with the rights to see it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from perennial.foundation.errors import NotFound
from perennial.objects import query
from perennial.objects.fields import FileLink, FileType
from perennial.objects.files.keeping import keep_file, path_of
from perennial.objects.schema import column_of
from perennial.objects.types import ObjectType
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.workspace.actor import Actor


def take_files(request: HttpRequest, kind: ObjectType, sent: Mapping[str, Any],
               by: Actor) -> tuple[dict[str, Any], dict[str, str]]:  # fmt: skip
    """What the form sent with its files kept and named by their ids, and what is wrong with those that were not."""
    values, errors = dict(sent), dict[str, str]()
    for field in kind.fields:
        if not isinstance(field.type, FileType) or field.readonly:
            continue
        if f"{field.key}-remove" in request.POST:
            values[field.key] = None
        file = request.FILES.get(field.key)
        if file is not None:
            try:
                values[field.key] = keep_file(file.chunks(), name=file.name or "", by=by).id
            except ValueError as refusal:
                errors[field.key] = str(refusal)
    return values, errors


def fetch_file(request: HttpRequest, kind_key: str, record_id: int, field: str) -> HttpResponseBase:
    """Always as a download: a browser must not make a page of what somebody uploaded."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    found = column_of(kind, field, by=by)
    if found is None or not isinstance(found[1], FileType) or "." in field:
        raise NotFound
    file = query.get(kind, record_id, by=by, columns=[field]).values[field]
    if not isinstance(file, FileLink) or not file.name or not path_of(file.id).exists():
        raise NotFound
    response = FileResponse(path_of(file.id).open("rb"), as_attachment=True, filename=file.name,
                            content_type=file.media_type)  # fmt: skip
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
