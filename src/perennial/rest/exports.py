"""Files of records: asked for here, written in the background, fetched when they are there."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.exporting.exports import exports, file_of, get_export, start, stop
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.models import Export
from perennial.objects.exporting.plan import plan_of
from perennial.objects.schema import condition_of, sort_of
from perennial.objects.types import ObjectType, type_by_path
from perennial.rest.bodies import read_object, refuse_unknown
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.workspace.actor import Actor

PARTS = ("format", "filter", "search", "sort", "columns")
MOST_COLUMNS = 200


@endpoint
def export(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    """POST {"format": "csv", "filter": "…", "columns": […]}: every record that matches and that the key may export."""
    kind = type_by_path(path)
    if kind is None:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    return once(request, by, lambda: _start(read_object(request), kind, by))


@endpoint
def listed(request: HttpRequest, by: Actor) -> HttpResponse:
    """The key's own, the latest first."""
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    return answer({"data": [as_json(each) for each in exports(by)], "next": None})


@endpoint
def one(request: HttpRequest, by: Actor, export_id: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD", "DELETE"):
        raise WrongMethod(("GET", "HEAD", "DELETE"))
    refuse_unknown(request, ())
    found = get_export(whole_number(export_id) or 0, by=by)
    if request.method == "DELETE":
        stop(found)
        return HttpResponse(status=204)
    return answer(as_json(found))


@endpoint
def file(request: HttpRequest, by: Actor, export_id: str) -> HttpResponse | FileResponse:
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    found = get_export(whole_number(export_id) or 0, by=by)
    kind = FORMATS[found.format].media_type if found.format in FORMATS else "application/zip"
    return FileResponse(file_of(found, by=by).open("rb"), as_attachment=True, filename=found.name, content_type=kind)


def as_json(export: Export) -> dict[str, Any]:
    return {
        "id": export.pk, "kind": export.object_key, "format": export.format, "name": export.name,
        "status": export.status, "rows": export.rows, "size": export.size, "run": export.run_id, "error": export.error,
        "created_at": export.created_at, "finished_at": export.finished_at,
    }  # fmt: skip


def _start(sent: dict[str, Any], kind: ObjectType, by: Actor) -> HttpResponse:
    wrong: dict[str, Text] = {key[:80]: _("There is no such part.") for key in sent if key not in PARTS}
    for key in ("filter", "search", "sort"):
        if not isinstance(sent.get(key, ""), str) or "\x00" in sent.get(key, ""):
            wrong[key] = _("This must be text.")
    columns = sent.get("columns")
    if columns is not None and not _are_names(columns):
        wrong["columns"] = _("This must be a list of fields.")
    if sent.get("format", "csv") not in list(FORMATS):
        wrong["format"] = _("There is no such format.")
    if wrong:
        raise Invalid(wrong)
    plan = plan_of(
        kind,
        by=by,
        where=condition_of(kind, sent.get("filter", ""), by=by),
        columns=columns,
        search=sent.get("search", ""),
        sort=sort_of(kind, sent.get("sort", ""), by=by),
        headings="keys",
    )
    return answer(as_json(start(plan, format=sent.get("format", "csv"))), status=202)


def _are_names(columns: Any) -> bool:
    is_list = isinstance(columns, list) and 1 <= len(columns) <= MOST_COLUMNS
    return is_list and all(isinstance(each, str) and "\x00" not in each for each in columns)
