"""What a list shows, as a file: asked for in a dialog; a short one streams at once, a long one is written meanwhile."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from perennial.foundation.errors import Invalid
from perennial.objects import query
from perennial.objects.exporting import Plan, plan_of
from perennial.objects.exporting.exports import file_name, start
from perennial.objects.exporting.formats import FORMATS, Format
from perennial.objects.exporting.plan import begin_run
from perennial.objects.exporting.progress import Progress
from perennial.objects.field_rights import hidden
from perennial.objects.schema import condition_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.regions import is_partial
from perennial.web.screens.address import kind_of, list_url
from perennial.workspace.actor import Actor

AT_ONCE = 10_000  # rows that are streamed while one waits
_ASKED = ("filter", "q", "sort", "columns")


def export(request: HttpRequest, kind_key: str) -> HttpResponseBase:
    """GET asks how; POST answers the file, or leads to where it is being written."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by, "export")
    if request.method != "POST":
        return _ask(request, kind, by)
    plan = _plan(request.POST, kind, by)
    format = FORMATS.get(request.POST.get("format", "csv"))
    if format is None:
        raise Invalid({"format": _("There is no such format.")})
    estimate = query.estimate(kind, by=by, where=plan.where, search=plan.search)
    if format.blocks is not None and estimate.is_exact and estimate.count <= AT_ONCE:
        return _streamed(plan, format)
    return HttpResponseRedirect(f"/exports/{start(plan, format=format.key).pk}/")


@require_GET
def export_csv(request: HttpRequest, kind_key: str) -> StreamingHttpResponse:
    """All of it as CSV at once, however long: for links and programs."""
    by = cast(Page, request).actor
    return _streamed(_plan(request.GET, kind_of(kind_key, by, "export"), by), FORMATS["csv"])


def _ask(request: HttpRequest, kind: ObjectType, by: Actor) -> HttpResponse:
    plan = _plan(request.GET, kind, by)
    estimate = query.estimate(kind, by=by, where=plan.where, search=plan.search)
    words = {"count": reader_of(by).number(estimate.count), "kind": str(kind.label_plural).lower()}
    said = _("%(count)s %(kind)s") if estimate.is_exact else _("About %(count)s %(kind)s")
    hidden = [(key, request.GET[key]) for key in _ASKED if request.GET.get(key)]
    inputs = [
        Input("format", _("As what?"), "cards", "csv", options=[(each.key, each.label) for each in FORMATS.values()]),
        Input("which", _("Which fields?"), "choice", "shown", is_required=True,
              options=[("shown", _("Those that the list shows")), ("all", _("All of them"))]),
        Input("headings", _("What are the columns called?"), "choice", "labels", is_required=True,
              options=[("labels", _("As on the screen")), ("keys", _("By their keys, which never change"))],
              help=_("In spreadsheets; the other formats always say the keys.")),
    ]  # fmt: skip
    context = {"heading": _("Export"), "title": _("Export"), "sub": said % words, "hidden": hidden, "inputs": inputs,
               "action": f"{list_url(kind)}export/", "list_url": list_url(kind), "list_label": kind.label_plural,
               "cancel_url": list_url(kind), "submit_label": _("Export")}  # fmt: skip
    return render(request, "web/_export_form.html" if is_partial(request) else "web/form.html", context)


def _plan(asked: QueryDict, kind: ObjectType, by: Actor) -> Plan:
    return plan_of(
        kind, by=by, where=condition_of(kind, asked.get("filter", ""), by=by), columns=_columns(asked, kind, by),
        search=asked.get("q", "").strip()[:200], sort=asked.get("sort", "")[:400] or None,
        headings="keys" if asked.get("headings") == "keys" else "labels",
    )  # fmt: skip


def _columns(asked: QueryDict, kind: ObjectType, by: Actor) -> list[str] | None:
    """Those named, or those that the list shows at first; None for all, which is what an address without any means."""
    if asked.get("which") == "all":
        return None
    named = [key for each in asked.get("columns", "").split(",") if (key := each.strip())]
    if not named and asked.get("which") == "shown":
        gone = hidden(kind, by)
        named = [key for key in kind.list.columns if key not in gone]
    return ["id", *named] if named else None


def _streamed(plan: Plan, format: Format) -> StreamingHttpResponse:
    assert format.blocks is not None
    response = StreamingHttpResponse(
        format.blocks(plan, begin_run(plan).id, Progress()), content_type=format.media_type
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(plan, format.key)}"'
    response.headers["X-Accel-Buffering"] = "no"
    return response
