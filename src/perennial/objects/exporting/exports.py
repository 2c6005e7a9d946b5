"""Asking for an export, looking at one's own, fetching the file, and stopping."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from perennial.conditions.text import to_text
from perennial.conditions.tree import TRUE
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.models import Export
from perennial.objects.exporting.plan import Plan
from perennial.objects.exporting.working import EVERYTHING, plan_again, require_everything
from perennial.objects.jobs import run_export
from perennial.workspace.actor import Actor

_AT_ONCE = 5  # exports of one user that may wait or run
_AT_WORK = (Export.Status.READY, Export.Status.RUNNING)


def start(plan: Plan, *, format: str) -> Export:
    """Put it in the queue; it runs with the rights that its user has then."""
    if format not in FORMATS:
        raise Invalid({"format": _("There is no such format.")})
    if Export.objects.filter(actor=plan.by.log_name, status__in=_AT_WORK).count() >= _AT_ONCE:
        raise Conflict(_("Some of your exports are still at work. Wait for one of them, or stop it."))
    with transaction.atomic():
        export = Export.objects.create(
            object_key=plan.kind.key, name=file_name(plan, format), format=format, actor=plan.by.log_name,
            language=get_language() or plan.by.language,
            asked={
                "where": "" if plan.where == TRUE else to_text(plan.where), "columns": list(plan.keys),
                "search": plan.search, "sort": plan.sort, "headings": plan.headings,
            },
        )  # fmt: skip
        run_export.later(export_id=export.pk)
    return export


def start_everything(by: Actor) -> Export:
    """The whole deployment as one archive; one at a time."""
    require_everything(by)
    if Export.objects.filter(object_key=EVERYTHING, status__in=_AT_WORK).exists():
        raise Conflict(_("Everything is being exported already. Wait until it is done."))
    with transaction.atomic():
        export = Export.objects.create(
            object_key=EVERYTHING, name=f"everything-{clock.real_now():%Y-%m-%d}.zip", format="zip", asked={},
            actor=by.log_name, language=get_language() or by.language,
        )  # fmt: skip
        run_export.later(export_id=export.pk)
    return export


def file_name(plan: Plan, format: str) -> str:
    return f"{plan.kind.path}-{clock.now():%Y-%m-%d}{FORMATS[format].suffix}"


def exports(by: Actor, *, limit: int = 50) -> list[Export]:
    """One's own, the latest first."""
    return list(Export.objects.filter(actor=by.log_name).order_by("-pk")[:limit])


def get_export(export_id: int, *, by: Actor) -> Export:
    """Raises `NotFound` for another's, whoever asks: what somebody may see is not what somebody else may."""
    found = Export.objects.filter(pk=export_id, actor=by.log_name).first() if 0 < export_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def file_of(export: Export, *, by: Actor) -> Path:
    """The file, for whoever may still take it out: a right that was lost meanwhile counts."""
    path: Path = settings.PERENNIAL_FILES / export.path
    if export.actor != by.log_name or not export.path or not path.is_file():
        raise NotFound
    if export.object_key == EVERYTHING:
        require_everything(by)
    else:
        plan_again(export, by)
    return path


def stop(export: Export) -> None:
    Export.objects.filter(pk=export.pk, status__in=_AT_WORK).update(
        status=Export.Status.CANCELLED, finished_at=clock.real_now()
    )
