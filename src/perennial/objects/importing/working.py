"""The work of an import: a batch a transaction, which moves the position too. Killed at any moment, it goes on from
the last batch that was committed."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel.numbers import format_decimal
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perennial.foundation import clock
from perennial.foundation.errors import Refused
from perennial.foundation.sql import copy_rows, execute, fetch
from perennial.objects.actions import Run
from perennial.objects.importing.actors import actor_named
from perennial.objects.importing.ahead import read_ahead
from perennial.objects.importing.batches import Batch, batches_of, path_of, session_of
from perennial.objects.importing.formats.shape import Shape
from perennial.objects.importing.kinds import Outcome, Writer
from perennial.objects.importing.reading import count_rows
from perennial.objects.importing.registry import kind_named
from perennial.objects.models import Import
from perennial.objects.writing.gathering import gather_longer, sort_in
from perennial.timeline.notifications import notify
from perennial.workspace.actor import Actor
from perennial.workspace.firm import one_firm

MOST_ATTEMPTS = 5
PATIENCE = 10.0  # seconds for which a killed worker may seem to live on
_LOCK = 7_240_001  # advisory lock with the import's number: one worker at a time


def work(import_id: int) -> None:
    """Import until the file ends, somebody cancels, or it is refused. Does nothing when another worker is at it."""
    with _alone(import_id, PATIENCE) as is_mine:
        if not is_mine or not Import.objects.filter(
            pk=import_id, status__in=(Import.Status.READY, Import.Status.RUNNING)
        ).update(status=Import.Status.RUNNING, moved_at=clock.real_now()):
            return
        importing = Import.objects.get(pk=import_id)
        if importing.started_at is None:
            Import.objects.filter(pk=import_id).update(started_at=clock.real_now())
        with translation.override(importing.language), one_firm(), _no_collection():
            _work(importing)


def _work(importing: Import) -> None:
    by = actor_named(importing.actor)
    try:
        kind = kind_named(importing.kind)
        if not kind.is_allowed(by):
            raise Refused(_("Whoever started this import has lost the right to."))
        assert importing.run_id is not None
        assert importing.cause is not None
        _read_through(importing)
        if not Import.objects.filter(pk=importing.pk, status=Import.Status.RUNNING).exists():
            return  # paused or cancelled meanwhile
        writer = kind.open(session_of(importing, by=by, run=Run(importing.run_id, importing.cause)))
        with (
            batches_of(importing, kind) as batches,
            read_ahead((batch, writer.read(batch.rows)) for batch in batches) as ready,
        ):
            position = importing.position
            for batch, read in ready:
                if not _write(importing.pk, writer, batch, read, position):
                    return  # cancelled
                position = batch.last
                gc.collect(1)
        _finish(importing.pk, writer, by)
        sort_in()
    except Refused as refusal:
        _fail(importing.pk, str(refusal), by)
    except Exception:
        _stumble(importing.pk, by)
        raise


def _read_through(importing: Import) -> None:
    """Read the file to its end before anything is written, so that one that breaks off in its middle leaves nothing
    half done; and now it is known how many rows there are."""
    if importing.position == 0:
        count = count_rows(path_of(importing), Shape.from_json(importing.shape))
        Import.objects.filter(pk=importing.pk).update(rows=count, moved_at=clock.real_now())


def _write(import_id: int, writer: Writer, batch: Batch, read: Any, position: int) -> bool:
    """One batch; False when the import is no longer ours to go on with."""
    started = time.monotonic()
    with transaction.atomic():
        gather_longer()
        row = (
            Import.objects.select_for_update()
            .filter(pk=import_id, status=Import.Status.RUNNING, position=position)
            .first()
        )
        if row is None:
            return False
        outcome = _written(writer, read, is_trial=row.is_trial) if batch.rows else Outcome()
        _keep_skipped(import_id, batch, outcome)
        for sentence, count in outcome.remarks.items():
            row.remarks[sentence] = row.remarks.get(sentence, 0) + count
        row.created += outcome.created
        row.updated += outcome.updated
        row.unchanged += outcome.unchanged
        row.skipped += len(batch.skipped) + len(outcome.skipped)
        row.position, row.moved_at, row.error, row.attempts = batch.last, clock.real_now(), "", 0
        rate = len(batch.source) / max(time.monotonic() - started, 0.001)
        row.rate = rate if not row.rate else 0.7 * row.rate + 0.3 * rate
        row.save()
    return True


def _written(writer: Writer, read: Any, *, is_trial: bool) -> Outcome:
    """In a trial what was written is rolled back at once, and only what came of it stays."""
    if not is_trial:
        return writer.write(read)
    with transaction.atomic():
        outcome = writer.write(read)
        transaction.set_rollback(True)
    return outcome


def begin_anew(importing: Import) -> None:
    """Forget what an earlier trial has left."""
    importing.position = importing.created = importing.updated = importing.unchanged = importing.skipped = 0
    importing.remarks, importing.rate, importing.error, importing.attempts = {}, 0, "", 0
    importing.started_at = importing.finished_at = None
    execute("DELETE FROM objects_import_skipped WHERE importing_id = %s", [importing.pk])


@contextmanager
def _no_collection() -> Iterator[None]:
    """A batch makes a hundred thousand objects and no cycles; looking for some takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _keep_skipped(import_id: int, batch: Batch, outcome: Outcome) -> None:
    """Every row that was not written comes back with its cells as they were."""
    skipped = {each.number: each for each in (*batch.skipped, *outcome.skipped)}
    if not skipped:
        return
    cells = {row.number: row.cells for row in batch.source if row.number in skipped}
    copy_rows(
        "objects_import_skipped",
        ("importing_id", "number", "code", "sentence", "cells"),
        (
            (
                import_id,
                number,
                each.code,
                str(each.sentence),
                [None if cell is None else cell.replace("\x00", "\ufffd") for cell in cells[number]],
            )
            for number, each in sorted(skipped.items())
        ),
    )


def _finish(import_id: int, writer: Writer, by: Actor) -> None:
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=import_id)
        if row.status != Import.Status.RUNNING:
            return
        if row.is_trial:
            _finish_trial(row, by)
            return
        writer.finish()
        row.status, row.finished_at, row.rows = Import.Status.DONE, clock.real_now(), row.position
        row.save()
        execute(
            "UPDATE objects_run SET done = %s, refused = %s WHERE id = %s",
            [row.created + row.updated, row.skipped, row.run_id],
        )
        _tell(
            row,
            by,
            _("“%(name)s” is imported: %(created)s new, %(updated)s changed, %(skipped)s left out.")
            % {
                "name": row.name,
                **{
                    key: format_decimal(count, locale=by.locale)
                    for key, count in (("created", row.created), ("updated", row.updated), ("skipped", row.skipped))
                },
            },
        )


def _finish_trial(row: Import, by: Actor) -> None:
    """It waits again, with what would come of it."""
    row.trial = {
        "created": row.created, "updated": row.updated, "unchanged": row.unchanged, "skipped": row.skipped,
        "rows": row.rows, "remarks": row.remarks,
    }  # fmt: skip
    row.status, row.is_trial, row.position, row.rate = Import.Status.UPLOADED, False, 0, 0
    row.save()
    _tell(row, by, _("“%(name)s” has been tried: see what would come of it.") % {"name": row.name})


def _stumble(import_id: int, by: Actor) -> None:
    """A bug, or a database that is away. It is tried again some times, by the queue and every minute."""
    row = Import.objects.get(pk=import_id)
    if row.attempts >= MOST_ATTEMPTS:
        _fail(import_id, _("Something went wrong, several times. What was imported so far stays."), by)
    else:
        Import.objects.filter(pk=import_id).update(
            attempts=row.attempts + 1, error=_("Something went wrong. It is tried again.")
        )


def _fail(import_id: int, sentence: str, by: Actor) -> None:
    """A trial that fails leaves the import waiting, for nothing was written."""
    if Import.objects.filter(pk=import_id, is_trial=True).update(
        status=Import.Status.UPLOADED, is_trial=False, position=0, trial={"error": sentence}
    ):
        return
    Import.objects.filter(pk=import_id).update(
        status=Import.Status.FAILED, error=sentence, finished_at=clock.real_now()
    )
    row = Import.objects.get(pk=import_id)
    _tell(row, by, _("The import of “%(name)s” stopped: %(sentence)s") % {"name": row.name, "sentence": sentence})


def _tell(row: Import, by: Actor, sentence: str) -> None:
    if by.user_id is not None:
        notify([by.user_id], sentence, url=f"/import/{row.pk}/")


def is_abandoned(import_id: int) -> bool:
    """Whether no worker is at it."""
    with _alone(import_id) as is_free:
        return is_free


@contextmanager
def _alone(import_id: int, patience: float = 0.0) -> Iterator[bool]:
    """Held by the session, so that it ends with a worker that is killed; which the database may take a while to see."""
    deadline = time.monotonic() + patience
    while not (is_mine := bool(fetch("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, import_id])[0][0])):
        if time.monotonic() > deadline:
            break
        time.sleep(0.25)
    try:
        yield is_mine
    finally:
        if is_mine:
            fetch("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, import_id])
