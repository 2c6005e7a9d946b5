"""Creating and editing a record; deleting it and bringing it back; taking an action back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.objects import query
from perennial.objects.actions import Result
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.undoing import take_back
from perennial.objects.conflicts import Clash, Saved
from perennial.objects.duplicates.alike import is_asked
from perennial.objects.layouts.keeping import arrangements
from perennial.objects.layouts.spec import FORM
from perennial.objects.types import ObjectType
from perennial.objects.writing import create_records, delete_records, the_only
from perennial.objects.writing.conditional import ruled_fields
from perennial.objects.writing.outcomes import invalid
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.address import kind_of, list_url, record_url
from perennial.web.screens.arranged import form_sections, left_out_flags
from perennial.web.screens.bulk import undoing
from perennial.web.screens.clashes import hidden_mark, refused, save_form, told
from perennial.web.screens.files import take_files
from perennial.web.screens.inputs import inputs_of, sent_values
from perennial.web.screens.ruled import ruled_inputs
from perennial.workspace.actor import Actor


def new(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by, "create")
    if request.method != "POST":
        return _form(request, kind, by, request.GET.dict(), heading=_("New %(kind)s") % _named(kind))
    sent, wrong = take_files(request, kind, sent_values(kind, request.POST, by=by), by)
    result = invalid(wrong) if wrong else create_records(kind, [sent], by=by).results[0]
    if not result.is_done or result.id is None:
        return _form(request, kind, by, sent, heading=_("New %(kind)s") % _named(kind), wrong=result)
    messages.success(request, _("Added."))
    return HttpResponseRedirect(record_url(kind.key, result.id))


def edit(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by, "edit")
    row = query.get(kind, record_id, by=by, verb="edit")
    if request.method != "POST":
        return _form(request, kind, by, row.values, heading=row.title, row=row)
    sent, wrong = take_files(request, kind, sent_values(kind, request.POST, by=by), by)
    saved = Saved(invalid(wrong)) if wrong else save_form(kind, record_id, sent, request.POST, by=by)
    if saved.clashes or refused(saved):
        return _form(request, kind, by, {**row.values, **sent}, heading=row.title, row=row, wrong=refused(saved),
                     clashes=saved.clashes)  # fmt: skip
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(record_url(kind.key, record_id))


@require_POST
def delete(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    """No question asked: it can be brought back from the toast, and from the record's changes."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by, "delete")
    run = delete_records(kind, [record_id], by=by)
    the_only(run)
    if not is_partial(request):
        return HttpResponseRedirect(list_url(kind))
    response = answer_regions(request, toast=Toast(_("Deleted."), undo=f"/undo/{run.id}/"))
    response.headers["HX-Push-Url"] = list_url(kind)
    response.headers["HX-Trigger"] = "record-changed"
    return response


@require_POST
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    undone = take_back(run_id, by=by)
    if isinstance(undone, Bulk):
        return undoing(request, undone)
    count = len(undone.conflicts)
    sentence = _("Taken back.") if not count else ngettext(
        "Taken back, except for %(count)s value that somebody changed since.",
        "Taken back, except for %(count)s values that somebody changed since.", count) % {"count": count}  # fmt: skip
    if not is_partial(request):
        messages.success(request, sentence)
        return HttpResponseRedirect(request.headers.get("Referer", "/"))
    response = answer_regions(request, toast=Toast(sentence, tone="warn" if count else ""))
    response.headers["HX-Trigger"] = "record-changed"
    return response


def _form(request: HttpRequest, kind: ObjectType, by: Actor, values: Any, *, heading: str, row: query.Row | None = None,
          wrong: Result | None = None, clashes: Sequence[Clash] = ()) -> HttpResponse:  # fmt: skip
    errors = dict(wrong.data.get("fields", {})) if wrong else {}
    cancel = record_url(kind.key, row.id) if row else list_url(kind)
    inputs = ruled_inputs(kind, inputs_of(kind, values, by=by, errors=errors), values, row.values if row else None)
    sections = form_sections(inputs, arrangements(kind, by)[FORM])
    left_out = [("_stands", f"{name}=hidden") for name in left_out_flags(inputs, sections)]
    return render(request, "web/form.html", {
        "title": heading, "heading": heading, "sub": "", "list_url": list_url(kind), "list_label": kind.label_plural,
        "sections": sections, "rules_url": _rules_url(kind, row),
        "errors": [] if wrong is None or errors else [wrong.sentence], "action": request.get_full_path(),
        "hidden": [*([hidden_mark(kind, row.id)] if row else []), *left_out], "clashes": told(kind, clashes, by),
        "alike_url": "" if row or not is_asked(kind) else f"{list_url(kind)}alike/",
        "submit_label": _("Save") if row else _("Add"), "cancel_url": cancel,
    }, status=422 if wrong or clashes else 200)  # fmt: skip


def _rules_url(kind: ObjectType, row: query.Row | None) -> str:
    """Where the form asks how its inputs stand; forms without rules never ask."""
    if not ruled_fields(kind):
        return ""
    return f"/o/{kind.key}/rules/?id={row.id}" if row else f"/o/{kind.key}/rules/"


def _named(kind: ObjectType) -> dict[str, str]:
    return {"kind": str(kind.label).lower()}
