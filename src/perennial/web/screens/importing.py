"""Bringing in a file, in four steps: the file, its columns, a look at what would happen, and the work itself."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from perennial.foundation.errors import Invalid, NotFound
from perennial.objects.importing.actors import actor_named
from perennial.objects.importing.batches import batches_of
from perennial.objects.importing.kinds import ImportKind
from perennial.objects.importing.previewing import preview
from perennial.objects.importing.registry import all_kinds, kind_named
from perennial.objects.importing.skipped import skipped_csv
from perennial.objects.importing.sniffing import Unreadable
from perennial.objects.importing.uploads import cancel as cancel_import
from perennial.objects.importing.uploads import get_import, imports, revert, set_up, start, upload
from perennial.objects.models import Import
from perennial.web.kit.pages import Column, Input
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.screens.import_progress import progress_context, said_of, state_of

_SAMPLES = 3


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
        "imports": [{"url": _url(each), "name": each.name, "kind": _label(each), "at": each.created_at,
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
            return HttpResponseRedirect(f"{_url(importing)}columns/")
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
    if not kind.is_allowed(cast(Page, request).actor):
        raise NotFound
    headings = ",".join(f'"{field.label}"' for field in kind.fields)
    response = HttpResponse(f"\ufeff{headings}\r\n", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.key}.csv"'
    return response


def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    importing = get_import(import_id, by=cast(Page, request).actor)
    if importing.status != Import.Status.UPLOADED:
        return HttpResponseRedirect(_url(importing))
    kind = kind_named(importing.kind)
    mapping, options = dict(importing.mapping), dict(importing.options)
    errors: list[Any] = []
    if request.method == "POST":
        headings = importing.shape["headings"]
        chosen = {number: request.POST.get(f"column-{number}", "") for number in range(len(headings))}
        mapping = {key: number for number, key in chosen.items() if key}
        options = {option.key: request.POST.get(f"option-{option.key}", option.default) for option in kind.options}
        try:
            set_up(importing, mapping=mapping, options=options)
            return HttpResponseRedirect(f"{_url(importing)}check/")
        except Invalid as wrong:
            labels = {field.key: field.label for field in kind.fields}
            errors = [format_html("{}: {}", labels[key], text) if key in labels else text
                      for key, text in wrong.fields.items()]  # fmt: skip
    context = {**_columns_context(importing, kind, mapping, options), "errors": errors}
    return render(request, "web/import_columns.html", context, status=422 if errors else 200)


def check(request: HttpRequest, import_id: int) -> HttpResponse:
    """What would happen to the first rows: they are written, looked at, and the writing is rolled back."""
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    if importing.status != Import.Status.UPLOADED:
        return HttpResponseRedirect(_url(importing))
    if request.method == "POST":
        start(importing, by=by)
        return HttpResponseRedirect(_url(importing))
    headings = importing.shape["headings"]
    mapped = sorted(importing.mapping.values())
    rows = [{"number": row.number, "problem": row.sentence, "cells": _cells(row.cells, mapped)}
            for row in preview(importing, by=by)]  # fmt: skip
    count = importing.rows
    heading = _("Bring these rows in?")
    if count is not None:
        words = ngettext("Bring in %(count)s row?", "Bring in %(count)s rows?", count)
        heading = words % {"count": reader_of(by).number(count)}
    return render(request, "web/import_check.html", {
        "heading": heading, "sub": importing.name, "figures": [], "problems": [], "rows": rows,
        "columns": [Column(str(number), headings[number]) for number in mapped],
        "back_url": f"{_url(importing)}columns/",
    })  # fmt: skip


@require_GET
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    if importing.status == Import.Status.UPLOADED:
        return HttpResponseRedirect(f"{_url(importing)}columns/")
    return render(request, "web/import_run.html", progress_context(importing, by))


@require_GET
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    return render(request, "web/_import_run.html", progress_context(get_import(import_id, by=by), by))


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
    return HttpResponseRedirect(_url(importing))


@require_POST
def take_back(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    revert(importing, by=by)
    return HttpResponseRedirect(_url(importing))


def _columns_context(importing: Import, kind: ImportKind, mapping: dict[str, Any], options: dict[str, Any]
                     ) -> dict[str, Any]:  # fmt: skip
    shape = importing.shape
    fields = {int(number): key for key, number in mapping.items()}
    with batches_of(importing, kind, size=_SAMPLES) as batches:
        first = next(batches, None)
    samples = [row.cells for row in first.source[:_SAMPLES]] if first else []
    rows = "" if importing.rows is None else ngettext("%(count)s row", "%(count)s rows", importing.rows) % {
        "count": importing.rows}  # fmt: skip
    return {
        "heading": _("What is in the columns?"), "sub": ", ".join(part for part in (importing.name, rows) if part),
        "columns": [{"index": number, "name": name, "field": fields.get(number, ""), "is_guessed": number in fields,
                     "samples": [row[number] for row in samples if number < len(row) and row[number]]}
                    for number, name in enumerate(shape["headings"])],
        "fields": [(field.key, field.label, field.required) for field in kind.fields],
        "options": [Input(f"option-{option.key}", option.label, "choice" if option.choices else "text",
                          options.get(option.key, option.default), options=option.choices, help=option.help,
                          is_required=True) for option in kind.options],
    }  # fmt: skip


def _cells(cells: list[str | None], mapped: list[int]) -> SafeString:
    shown = (cells[number] if number < len(cells) else None for number in mapped)
    return SafeString("".join(f"<td>{conditional_escape((cell or '')[:80])}</td>" for cell in shown))


def _columns_text(kind: ImportKind) -> str:
    """The fields in words, those needed first."""
    needed = sorted(kind.fields, key=lambda field: not field.required)
    return ", ".join(str(field.label) for field in needed[:6])


def _label(importing: Import) -> Any:
    try:
        return kind_named(importing.kind).label
    except NotFound:  # the room that declared it is gone
        return importing.kind


def _url(importing: Import) -> str:
    return f"/import/{importing.pk}/"
