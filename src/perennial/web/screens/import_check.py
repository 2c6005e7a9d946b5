"""The third step of an import: what would come of it. The first rows cell by cell, at once; all of it by a trial."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation.errors import Invalid
from perennial.objects.importing.previewing import PreviewRow, preview
from perennial.objects.importing.skipped import reasons
from perennial.objects.importing.uploads import get_import, start, start_trial
from perennial.objects.models import Import
from perennial.web.kit.pages import Column, Figure
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.screens.import_progress import url_of

_LONGEST = 80  # characters of a cell


def check(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    if importing.status != Import.Status.UPLOADED:
        return HttpResponseRedirect(url_of(importing))
    if request.method == "POST":
        (start_trial if "trial" in request.POST else start)(importing, by=by)
        return HttpResponseRedirect(url_of(importing))
    try:
        found = preview(importing, by=by)
    except Invalid:
        return HttpResponseRedirect(f"{url_of(importing)}columns/")
    headings = importing.shape["headings"]
    shown = sorted((place, key) for key, place in importing.mapping.items())
    trial = importing.trial
    reader = reader_of(by)
    return render(request, "web/import_check.html", {
        "heading": _heading(importing, reader), "sub": importing.name, "figures": _figures(trial, reader),
        "problems": [{"sentence": each.sentence, "count": each.rows} for each in reasons(importing)] if trial else [],
        "error": trial.get("error", ""), "is_tried": bool(trial),
        "skipped_url": f"{url_of(importing)}skipped.csv" if trial.get("skipped") else "",
        "rows": [{"number": row.number, "made": _made(row), "problem": row.sentence,
                  "cells": SafeString("".join(_cell(row, place, key) for place, key in shown))} for row in found],
        "columns": [Column(str(place), headings[place]) for place, _key in shown],
        "back_url": f"{url_of(importing)}columns/",
    })  # fmt: skip


def _heading(importing: Import, reader: Reader) -> str:
    if importing.rows is None:
        return _("Bring these rows in?")
    words = ngettext("Bring in %(count)s row?", "Bring in %(count)s rows?", importing.rows)
    return words % {"count": reader.number(importing.rows)}


def _figures(trial: dict[str, Any], reader: Reader) -> list[Figure]:
    if "created" not in trial:
        return []
    shown = (
        (_("New"), "created"),
        (_("Changed"), "updated"),
        (_("As before"), "unchanged"),
        (_("Left out"), "skipped"),
    )
    return [Figure(label, reader.number(trial[key])) for label, key in shown if trial[key] or key == "created"]


def _made(row: PreviewRow) -> str:
    words = {"created": _("new"), "updated": _("changes"), "unchanged": _("as before")}
    return words.get(row.made, "")


def _cell(row: PreviewRow, place: int, key: str) -> SafeString:
    """What becomes of a cell. Where that is more than other capitals, what stands in the file is struck out before."""
    before = (row.cells[place] if place < len(row.cells) else None) or ""
    after = row.after.get(key, before)
    if not before or after.casefold().startswith(before.strip().casefold()):
        return format_html("<td>{}</td>", after[:_LONGEST])
    return format_html('<td class="becomes"><del>{}</del> <ins>{}</ins></td>', before[:_LONGEST], after[:_LONGEST])
