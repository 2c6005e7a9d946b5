"""Taking back a run: at once while it is small, in the background when it is not."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import get_language

from perennial.foundation.ids import uuid7
from perennial.foundation.sql import fetch
from perennial.objects.actions import Run
from perennial.objects.bulk.models import Bulk
from perennial.objects.jobs import run_bulk
from perennial.objects.undoing import FIRST, Undone, claim_undo, mark_undone, undo_of, undo_run
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.workspace.actor import Actor

AT_ONCE = 2_000  # changes that are taken back while somebody waits


def take_back(run_id: int, *, by: Actor) -> Undone | Bulk:
    """Undo a run. A large one answers with the bulk that will have done it; the same is refused as by `undo_run`."""
    (count,) = fetch(
        "SELECT count(*) FROM (SELECT FROM timeline_change WHERE run_id = %s LIMIT %s) few", [run_id, AT_ONCE + 1]
    )[0]
    return undo_run(run_id, by=by) if count <= AT_ONCE or undo_of(run_id) is not None else start_undo(run_id, by=by)


def start_undo(run_id: int, *, by: Actor) -> Bulk:
    """In batches, each of which stays; the run counts as undone from now on."""
    with transaction.atomic():
        object_key, cause = claim_undo(run_id, by=by)
        (total,) = fetch("SELECT count(*) FROM timeline_change WHERE run_id = %s", [run_id])[0]
        run = Run(next_run_id(), uuid7())
        bulk = Bulk.objects.create(
            object_key=object_key,
            verb=Bulk.Verb.UNDO,
            is_gathered=True,
            total=total,
            position=FIRST,
            run_id=run.id,
            undoes=run_id,
            cause=run.cause,
            actor=by.log_name,
            language=get_language() or by.language,
        )
        keep_run(run, "undo", object_key, by=by, input={"run": run_id, "bulk": bulk.pk}, parent=cause)
        mark_undone(run_id, run.id)
        run_bulk.later(bulk_id=bulk.pk)
    return bulk
