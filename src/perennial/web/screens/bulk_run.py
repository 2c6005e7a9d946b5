"""A bulk as it runs, and what came of it."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.refusals import reasons, refusals, refusals_csv
from perennial.objects.bulk.starting import get_bulk, stop
from perennial.objects.bulk.undoing import take_back
from perennial.objects.bulk.working import said_at_the_end
from perennial.objects.models import ActionRun
from perennial.objects.types import object_types
from perennial.web.kit.pages import Button, Figure
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.running import Running, Work, register_running
from perennial.web.screens.address import record_url
from perennial.web.screens.under_way import WorkPage, views_of
from perennial.workspace.actor import Actor

_AT_WORK = (Bulk.Status.READY, Bulk.Status.RUNNING)
_SHOWN = 50


@require_GET
def refused(request: HttpRequest, bulk_id: int) -> StreamingHttpResponse:
    by = cast(Page, request).actor
    bulk = get_bulk(bulk_id, by=by)
    response = StreamingHttpResponse(refusals_csv(bulk, by=by), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{bulk.pk}.csv"'
    return response


@require_POST
def undo(request: HttpRequest, bulk_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    bulk = get_bulk(bulk_id, by=by)
    undone = take_back(bulk.run_id, by=by)
    return HttpResponseRedirect(f"/bulk/{undone.pk if isinstance(undone, Bulk) else bulk.pk}/")


def _context_of(bulk_id: int, by: Actor) -> dict[str, Any]:
    return _context(get_bulk(bulk_id, by=by), by)


def _stop(bulk_id: int, by: Actor) -> str:
    bulk = get_bulk(bulk_id, by=by)
    stop(bulk)
    return f"/bulk/{bulk.pk}/"


run, progress, stop_here = views_of(WorkPage("web/bulk/run.html", "web/bulk/_run.html", _context_of, _stop))


def _context(bulk: Bulk, by: Actor) -> dict[str, Any]:
    reader = reader_of(by)
    kind = object_types.get(bulk.object_key)
    is_undone = ActionRun.objects.filter(pk=bulk.run_id, undone_by__isnull=False).exists()
    names = {Bulk.Verb.EDIT: _("Changing %(kind)s"), Bulk.Verb.DELETE: _("Deleting %(kind)s"),
             Bulk.Verb.UNDO: _("Taking back changes of %(kind)s")}  # fmt: skip
    heading = names[Bulk.Verb(bulk.verb)] % {"kind": str(kind.label_plural).lower() if kind else bulk.object_key}
    refused = refusals(bulk, by=by, limit=_SHOWN) if bulk.refused and not bulk.is_at_work else []
    figures = ((_("Done"), bulk.changed), (_("As before"), bulk.unchanged), (_("Refused"), bulk.refused))
    return {
        "title": heading, "heading": heading, "sub": _said(bulk, by, is_undone=is_undone),
        "is_running": bulk.is_at_work,
        "progress_url": f"/bulk/{bulk.pk}/progress/", "done": bulk.done_with, "total": bulk.total, "error": bulk.error,
        "total_text": reader.number(bulk.total),
        "figures": [Figure(label, reader.number(count)) for label, count in figures if count or label == figures[0][0]],
        "reasons": reasons(bulk) if refused else [], "more_refused": bulk.refused > len(refused),
        "refused": [{"url": record_url(bulk.object_key, each.record_id) if each.title else "",
                     "title": each.title or f"#{each.record_id}", "sentence": each.sentence} for each in refused],
        "refused_url": f"/bulk/{bulk.pk}/refused.csv" if refused else "",
        "stop_url": f"/bulk/{bulk.pk}/stop/" if bulk.is_at_work else "",
        "undo_url": f"/bulk/{bulk.pk}/undo/" if bulk.changed and not bulk.is_at_work and not is_undone else "",
        "next": [Button(_("See the %(kind)s") % {"kind": str(kind.label_plural).lower()}, url=f"/o/{kind.key}/",
                        is_primary=True)] if kind and not bulk.is_at_work else [],
    }  # fmt: skip


def _said(bulk: Bulk, by: Actor, *, is_undone: bool) -> str:
    if bulk.is_at_work:
        return _("%(done)s records so far.") % {"done": reader_of(by).number(bulk.done_with)}
    if is_undone:
        return _("Taken back.")
    if bulk.status == Bulk.Status.FAILED:
        return bulk.error
    said = said_at_the_end(bulk, by)
    return _("Stopped.") + " " + said if bulk.status == Bulk.Status.CANCELLED else said


def bulks_under_way(by: Actor) -> list[Work]:
    """Bulks at work: one's own, or all for whoever manages the settings."""
    found = Bulk.objects.filter(status__in=_AT_WORK)
    if not by.may("settings.manage"):
        found = found.filter(actor=by.log_name)
    return [
        Work(Bulk.Verb(each.verb).label, f"/bulk/{each.pk}/", each.done_with, each.total,
             _("%(done)s of %(total)s") % {"done": reader_of(by).number(each.done_with),
                                           "total": reader_of(by).number(each.total)})
        for each in found.order_by("-pk")[:3]
    ]  # fmt: skip


register_running(Running("bulks", bulks_under_way))
