"""How far an import is, and what came of it, in figures and sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation.errors import NotFound
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.skipped import reasons
from perennial.objects.models import ActionRun, Import
from perennial.objects.types import object_types
from perennial.web.kit.pages import Button, Figure
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.running import Running, Work, register_running
from perennial.workspace.actor import Actor

_AT_WORK = (Import.Status.READY, Import.Status.RUNNING)


def url_of(importing: Import) -> str:
    return f"/import/{importing.pk}/"


def progress_context(importing: Import, by: Actor) -> dict[str, Any]:
    """What `web/_import_run.html` needs."""
    reader = reader_of(by)
    state = state_of(importing)
    is_ended = not importing.is_at_work and state != "paused"
    skipped = (
        [{"sentence": each.sentence, "count": each.rows} for each in reasons(importing)] if importing.skipped else []
    )
    remarks = [{"sentence": sentence, "count": count} for sentence, count in importing.remarks.items()]
    return {
        "title": importing.name, "heading": _("Trying all of it") if importing.is_trial else importing.name,
        "sub": said_of(importing, by), "state": state,
        "progress_url": f"/import/{importing.pk}/progress/", "done": importing.position, "total": importing.rows or 0,
        "total_text": reader.number(importing.rows or 0), "rate_text": _rate(importing, reader),
        "figures": _figures(importing, reader), "skipped": skipped, "remarks": remarks,
        "skipped_url": f"/import/{importing.pk}/skipped.csv" if skipped else "",
        "next": _next(importing) if is_ended else [], "error": importing.error,
        "revert_url": f"{url_of(importing)}take-back/" if state == "done" and _has_written(importing) else "",
        "stop_url": "" if is_ended else f"/import/{importing.pk}/stop/",
        "rest_url": "" if is_ended or importing.is_trial else f"/import/{importing.pk}/rest/",
        "is_trial": importing.is_trial, "step": "check" if importing.is_trial else "run",
    }  # fmt: skip


def _has_written(importing: Import) -> bool:
    return importing.created + importing.updated > 0


def state_of(importing: Import) -> str:
    if importing.is_at_work:
        return "running"
    if importing.status == Import.Status.PAUSED:
        return "paused"
    if importing.status == Import.Status.FAILED:
        return "failed"
    if importing.run_id and ActionRun.objects.filter(pk=importing.run_id, undone_by__isnull=False).exists():
        return "reverted"
    return "done"


def said_of(importing: Import, by: Actor) -> str:
    """One sentence: how it stands."""
    number = reader_of(by).number
    if importing.status == Import.Status.UPLOADED:
        return _("Waiting for you to say what the columns are.")
    if importing.status == Import.Status.FAILED:
        return importing.error
    if importing.is_at_work:
        return _("%(done)s rows so far.") % {"done": number(importing.position)}
    if importing.status == Import.Status.PAUSED:
        return _("Resting after %(done)s rows.") % {"done": number(importing.position)}
    if state_of(importing) == "reverted":
        return _("Taken back.")
    said = _("%(created)s came in, %(skipped)s left out.") % {
        "created": number(importing.created + importing.updated + importing.unchanged),
        "skipped": number(importing.skipped)}  # fmt: skip
    return _("Stopped.") + " " + said if importing.status == Import.Status.CANCELLED else said


def imports_under_way(by: Actor) -> list[Work]:
    """Imports at work: one's own, or all for whoever manages the settings."""
    found = Import.objects.filter(status__in=_AT_WORK)
    if not by.may("settings.manage"):
        found = found.filter(actor=by.log_name)
    return [
        Work(each.name, f"/import/{each.pk}/", each.position, each.rows or 0, _rate(each, reader_of(by)))
        for each in found.order_by("-pk")[:3]
    ]


register_running(Running("imports", imports_under_way))


def _rate(importing: Import, reader: Reader) -> str:
    if not importing.rate:
        return _("Starting …")
    rate = _("%(rate)s rows a second") % {"rate": reader.number(round(importing.rate))}
    if not importing.rows:
        return rate
    seconds = max(1, round((importing.rows - importing.position) / importing.rate))
    left = ngettext("about %(count)s second left", "about %(count)s seconds left", seconds) % {"count": seconds}
    return f"{rate}, {left}"


def _figures(importing: Import, reader: Reader) -> list[Figure]:
    shown = ((_("New"), importing.created), (_("Changed"), importing.updated), (_("As before"), importing.unchanged),
             (_("Left out"), importing.skipped))  # fmt: skip
    return [Figure(label, reader.number(count)) for label, count in shown if count or label == _("New")]


def _next(importing: Import) -> list[Button]:
    try:
        key = kind_named(importing.kind).object_key or importing.kind
    except NotFound:
        return []
    kind = object_types.get(key)
    label = _("See the %(kind)s") % {"kind": str(kind.label_plural).lower()} if kind else ""
    see = [Button(label, url=f"/o/{key}/", is_primary=True)] if kind else []
    return [Button(_("Bring in more"), url="/import/"), *see]
