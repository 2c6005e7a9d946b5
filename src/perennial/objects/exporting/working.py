"""The work of an export: the file is written beside its place and moved there when it is whole, so that one that was
cut off is begun again and nobody ever fetches a half."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.numbers import format_decimal
from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from perennial.foundation import clock
from perennial.foundation.errors import NotFound, Refused
from perennial.foundation.ids import uuid7
from perennial.objects import query
from perennial.objects.actions import Run
from perennial.objects.alone import alone
from perennial.objects.everything.writing import rows_expected, write_everything
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.models import Export
from perennial.objects.exporting.plan import Plan, begin_run, end_run, plan_of
from perennial.objects.exporting.progress import Progress, Stopped
from perennial.objects.importing.actors import actor_named
from perennial.objects.schema import condition_of
from perennial.objects.types import object_types
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.timeline.notifications import notify
from perennial.workspace.actor import Actor
from perennial.workspace.rights import EVERYTHING as RIGHT_TO_ALL

FOLDER = "exports"  # of the files folder
EVERYTHING = "everything"  # in place of a kind: the whole deployment
_PATIENCE = 10.0  # seconds for which a killed worker may seem to live on
_LOCK = 7_240_003  # advisory lock with the export's number
_EVERY = 1.0  # seconds between two looks at how far it is
_AT_WORK = (Export.Status.READY, Export.Status.RUNNING)


def work(export_id: int) -> None:
    """Write the file. Nothing when another worker is at it, or it was stopped."""
    with alone(_LOCK, export_id, patience=_PATIENCE) as is_mine:
        if not is_mine or not Export.objects.filter(pk=export_id, status__in=_AT_WORK).update(
            status=Export.Status.RUNNING, started_at=clock.real_now(), rows=0
        ):
            return
        export = Export.objects.get(pk=export_id)
        by = actor_named(export.actor)
        with translation.override(export.language):
            try:
                _work(export, by)
            except Stopped:
                return
            except Refused as refusal:
                _fail(export, str(refusal), by)
            except Exception:
                _fail(export, _("Something went wrong. Try it once more; if it happens again, look into the log."), by)
                raise


def plan_again(export: Export, by: Actor) -> Plan:
    """What was asked for, by the rights of now."""
    kind = object_types.get(export.object_key)
    if kind is None:
        raise NotFound
    asked = export.asked
    return plan_of(
        kind, by=by, where=condition_of(kind, asked["where"], by=by), columns=asked["columns"], search=asked["search"],
        sort=asked["sort"], headings=asked["headings"],
    )  # fmt: skip


def is_abandoned(export_id: int) -> bool:
    """Whether no worker is at it."""
    with alone(_LOCK, export_id) as is_free:
        return is_free


def _work(export: Export, by: Actor) -> None:
    plan = None if export.object_key == EVERYTHING else plan_again(export, by)
    if plan is None:
        require_everything(by)
        total = rows_expected()
    else:
        total = query.estimate(plan.kind, by=by, where=plan.where, search=plan.search).count
    Export.objects.filter(pk=export.pk).update(total=total)
    relative = Path(FOLDER) / uuid.uuid4().hex
    path: Path = settings.PERENNIAL_FILES / relative
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    run = begin_run(plan) if plan is not None else begin_everything(by)
    try:
        with _watched(export.pk) as progress:
            if plan is not None:
                write_file(plan, path, format=export.format, run_id=run.id, progress=progress)
            else:
                write_everything(path, progress)
                end_run(run.id, progress.rows)
        kept = Export.objects.filter(pk=export.pk, status=Export.Status.RUNNING).update(
            status=Export.Status.DONE, rows=progress.rows, total=progress.rows, size=path.stat().st_size,
            path=str(relative), run_id=run.id, finished_at=clock.real_now(),
        )  # fmt: skip
        if not kept:
            raise Stopped
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    rows = format_decimal(progress.rows, locale=by.locale)
    _tell(export, by, _("“%(name)s” is ready: %(rows)s rows.") % {"name": export.name, "rows": rows})


def require_everything(by: Actor) -> None:
    """Everything is for whoever may do everything, and has nothing hidden."""
    if not by.rights.covers(RIGHT_TO_ALL):
        raise NotFound


def begin_everything(by: Actor) -> Run:
    run = Run(next_run_id(), uuid7())
    keep_run(run, "export", EVERYTHING, by=by)
    return run


def write_file(plan: Plan, path: Path, *, format: str, run_id: int, progress: Progress) -> None:
    """All rows into a file that only its owner reads."""
    draft = path.with_name(f".{path.name}")
    draft.touch(mode=0o600)
    try:
        blocks, write = FORMATS[format].blocks, FORMATS[format].write
        if blocks is not None:
            with draft.open("wb") as file:
                for block in blocks(plan, run_id, progress):
                    file.write(block)
        elif write is not None:
            write(plan, draft, progress)
            draft.chmod(0o600)
            end_run(run_id, progress.rows)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _watched(export_id: int) -> Iterator[Progress]:
    """Progress that is told to whoever waits, over a connection of its own: the one that reads the rows is busy."""
    progress, done = Progress(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(export_id, progress, done), daemon=True)
    watcher.start()
    try:
        yield progress
    finally:
        done.set()
        watcher.join()


def _watch(export_id: int, progress: Progress, done: threading.Event) -> None:
    try:
        while not done.wait(_EVERY):
            mine = Export.objects.filter(pk=export_id)
            mine.filter(status=Export.Status.RUNNING).update(rows=progress.rows)
            progress.is_stopped = mine.filter(status=Export.Status.CANCELLED).exists()
    finally:
        connection.close()


def _fail(export: Export, sentence: str, by: Actor) -> None:
    Export.objects.filter(pk=export.pk).update(
        status=Export.Status.FAILED, error=sentence, finished_at=clock.real_now()
    )
    _tell(export, by, _("The export “%(name)s” stopped: %(sentence)s") % {"name": export.name, "sentence": sentence})


def _tell(export: Export, by: Actor, sentence: str) -> None:
    if by.user_id is not None:
        notify([by.user_id], sentence, url=f"/exports/{export.pk}/")
