"""One's own exports: how far they are, and their files."""

from __future__ import annotations

from typing import Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from perennial.objects.exporting.exports import exports, file_of, get_export, start_everything, stop
from perennial.objects.exporting.forgetting import KEPT
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.models import Export
from perennial.objects.exporting.working import EVERYTHING
from perennial.objects.types import object_types
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.running import Running, Work, register_running
from perennial.web.screens.under_way import WorkPage, views_of
from perennial.workspace.actor import Actor
from perennial.workspace.rights import EVERYTHING as RIGHT_TO_ALL

_AT_WORK = (Export.Status.READY, Export.Status.RUNNING)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    return render(request, "web/exports.html", {
        "exports": [{"url": _url(each), "name": each.name, "at": each.created_at, "sentence": _said(each, by),
                     "file_url": _file_url(each), "is_failed": each.status == Export.Status.FAILED,
                     "kind": _kind(each)} for each in exports(by)],
        "days": KEPT.days, "everything_url": "/exports/everything/" if by.rights.covers(RIGHT_TO_ALL) else "",
    })  # fmt: skip


@require_POST
def everything(request: HttpRequest) -> HttpResponse:
    """The whole deployment, for whoever may do everything."""
    return HttpResponseRedirect(_url(start_everything(cast(Page, request).actor)))


@require_GET
def file(request: HttpRequest, export_id: int) -> FileResponse:
    by = cast(Page, request).actor
    export = get_export(export_id, by=by)
    media_type = FORMATS[export.format].media_type if export.format in FORMATS else "application/zip"
    return FileResponse(
        file_of(export, by=by).open("rb"), as_attachment=True, filename=export.name, content_type=media_type
    )


def exports_under_way(by: Actor) -> list[Work]:
    found = Export.objects.filter(actor=by.log_name, status__in=_AT_WORK).order_by("-pk")[:3]
    return [Work(each.name, _url(each), each.rows, each.total or 0, _said(each, by)) for each in found]


register_running(Running("exports", exports_under_way))


def _context_of(export_id: int, by: Actor) -> dict[str, Any]:
    return _context(get_export(export_id, by=by), by)


def _stop(export_id: int, by: Actor) -> str:
    export = get_export(export_id, by=by)
    stop(export)
    return _url(export)


run, progress, stop_export = views_of(
    WorkPage("web/export_run.html", "web/_export_run.html", _context_of, _stop)
)  # fmt: skip


def _context(export: Export, by: Actor) -> dict[str, Any]:
    is_listed = export.object_key in object_types
    return {
        "title": export.name, "heading": export.name, "sub": _said(export, by), "is_at_work": export.is_at_work,
        "progress_url": f"{_url(export)}progress/", "done": export.rows, "total": export.total or 0,
        "stop_url": f"{_url(export)}stop/" if export.is_at_work else "", "file_url": _file_url(export),
        "error": export.error, "days": KEPT.days, "list_label": _kind(export),
        "list_url": f"/o/{export.object_key}/" if is_listed else "",
    }  # fmt: skip


def _said(export: Export, by: Actor) -> str:
    """One sentence: how it stands."""
    rows = reader_of(by).number(export.rows)
    match export.status:
        case Export.Status.FAILED:
            return export.error
        case Export.Status.CANCELLED:
            return _("Stopped.")
        case Export.Status.DONE if export.path:
            return _("%(rows)s rows, %(size)s.") % {"rows": rows, "size": filesizeformat(export.size)}
        case Export.Status.DONE:
            return _("%(rows)s rows. The file is gone: its days were over.") % {"rows": rows}
    return _("%(rows)s rows so far.") % {"rows": rows}


def _kind(export: Export) -> Any:
    if export.object_key == EVERYTHING:
        return _("Everything")
    kind = object_types.get(export.object_key)
    return kind.label_plural if kind is not None else export.object_key


def _file_url(export: Export) -> str:
    return f"{_url(export)}file/" if export.path else ""


def _url(export: Export) -> str:
    return f"/exports/{export.pk}/"
