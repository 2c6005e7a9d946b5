"""Bringing in a file, in four steps: the file, its columns, a look at what would happen, and the work itself.

The second step is `import_columns`, the third `import_check`.
"""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from perennial.foundation.errors import NotFound
from perennial.objects.bulk.models import Bulk
from perennial.objects.importing.actors import actor_named
from perennial.objects.importing.kinds import ImportKind
from perennial.objects.importing.registry import all_kinds, kind_named
from perennial.objects.importing.skipped import skipped_csv
from perennial.objects.importing.sniffing import Unreadable
from perennial.objects.importing.uploads import cancel as cancel_import
from perennial.objects.importing.uploads import get_import, go_on, imports, pause, revert, upload
from perennial.objects.models import Import
from perennial.web.middleware import Page
from perennial.web.screens.import_progress import progress_context, said_of, state_of, url_of
from perennial.web.screens.under_way import answer_progress


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    kinds = all_kinds(by)
    if not kinds:
        raise NotFound
    found = imports(by)
    names = {actor: actor_named(actor).name for actor in {each.actor for each in found}}
    return render(request, "web/imports.html", {
        "kinds": [{"key": kind.key, "label": kind.label, "icon": kind.icon, "hint": _columns_text(kind),
                   "url": f"/import/new/{kind.key}/"} for kind in kinds],
        "imports": [{"url": url_of(each), "name": each.name, "kind": _label(each), "at": each.created_at,
                     "by": names.get(each.actor, each.actor), "sentence": said_of(each, by), "state": state_of(each)}
                    for each in found],
    })  # fmt: skip


def choose_file(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_named(kind_key)
    if not kind.is_allowed(by):
        raise NotFound
    errors: list[Any] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Unreadable(_("Choose a file first."))
            importing = upload(kind.key, file.chunks(), name=file.name or "", by=by)
            return HttpResponseRedirect(f"{url_of(importing)}columns/")
        except Unreadable as wrong:
            errors = [wrong.sentence]
    return render(request, "web/import_file.html", {
        "heading": kind.label, "sub": "", "kind_label": kind.label, "columns_text": _columns_text(kind),
        "template_url": f"/import/template/{kind.key}.csv", "errors": errors,
    }, status=422 if errors else 200)  # fmt: skip


@require_GET
def template(request: HttpRequest, kind_key: str) -> HttpResponse:
    """An empty file with the headings that are understood without asking."""
    kind = kind_named(kind_key)
    by = cast(Page, request).actor
    if not kind.is_allowed(by):
        raise NotFound
    headings = ",".join(f'"{field.label}"' for field in kind.offered(by))
    response = HttpResponse(f"\ufeff{headings}\r\n", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.key}.csv"'
    return response


@require_GET
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    if importing.status == Import.Status.UPLOADED:
        return HttpResponseRedirect(f"{url_of(importing)}{'check' if importing.trial else 'columns'}/")
    return render(request, "web/import_run.html", progress_context(importing, by))


@require_GET
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    response = answer_progress(request, "web/_import_run.html", progress_context(importing, by))
    if importing.status == Import.Status.UPLOADED:  # a trial has ended
        response.headers["HX-Redirect"] = f"{url_of(importing)}check/"
    return response


@require_GET
def skipped(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    importing = get_import(import_id, by=cast(Page, request).actor)
    response = StreamingHttpResponse(skipped_csv(importing), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="skipped-{importing.pk}.csv"'
    return response


@require_POST
def stop(request: HttpRequest, import_id: int) -> HttpResponse:
    importing = get_import(import_id, by=cast(Page, request).actor)
    cancel_import(importing)
    return HttpResponseRedirect(url_of(importing))


@require_POST
def rest(request: HttpRequest, import_id: int) -> HttpResponse:
    """Pause it, or go on where it rests."""
    importing = get_import(import_id, by=cast(Page, request).actor)
    (go_on if importing.status == Import.Status.PAUSED else pause)(importing)
    return HttpResponseRedirect(url_of(importing))


@require_POST
def take_back(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    undone = revert(importing, by=by)
    return HttpResponseRedirect(f"/bulk/{undone.pk}/" if isinstance(undone, Bulk) else url_of(importing))


def _columns_text(kind: ImportKind) -> str:
    """The fields in words, those needed first."""
    needed = sorted(kind.fields, key=lambda field: not field.required)
    return ", ".join(str(field.label) for field in needed[:6])


def _label(importing: Import) -> Any:
    try:
        return kind_named(importing.kind).label
    except NotFound:  # the room that declared it is gone
        return importing.kind
