"""The work of a bulk: a batch a transaction, which moves the position too."""

from __future__ import annotations

from collections.abc import Sequence

from babel.numbers import format_decimal
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perennial.foundation import clock
from perennial.foundation.errors import NotFound, Refused
from perennial.foundation.sql import execute, fetch
from perennial.objects.actions import Result, Run
from perennial.objects.alone import alone
from perennial.objects.bulk.changes import checked, read_changes
from perennial.objects.bulk.chosen import Chosen, choice, may_change
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.writing import delete_batch, edit_batch
from perennial.objects.importing.actors import actor_named
from perennial.objects.types import ObjectType, object_types
from perennial.objects.undoing import undo_batch
from perennial.objects.writing.gathering import gather_longer, sort_in
from perennial.timeline.notifications import notify
from perennial.workspace.actor import Actor

BATCH = 2_000
LANES = 8
_LANE = 2**56  # where the next lane begins, in the position
MOST_ATTEMPTS = 5
PATIENCE = 10.0  # seconds for which a killed worker may seem to live on
_LOCK = 7_240_002  # advisory lock with the bulk's number
_AT_WORK = (Bulk.Status.READY, Bulk.Status.RUNNING)


def work(bulk_id: int) -> None:
    """Go on until all is done, somebody stops it, or it is refused. Nothing when another worker is at it."""
    with alone(_LOCK, bulk_id, patience=PATIENCE) as is_mine:
        if not is_mine or not Bulk.objects.filter(pk=bulk_id, status__in=_AT_WORK).update(
            status=Bulk.Status.RUNNING, moved_at=clock.real_now()
        ):
            return
        Bulk.objects.filter(pk=bulk_id, started_at=None).update(started_at=clock.real_now())
        bulk = Bulk.objects.get(pk=bulk_id)
        by = actor_named(bulk.actor)  # with the rights of now
        with translation.override(bulk.language):
            try:
                _work(bulk, by)
            except Refused as refusal:
                _fail(bulk_id, str(refusal), by)
            except Exception:
                _stumble(bulk_id, by)
                raise


def is_abandoned(bulk_id: int) -> bool:
    """Whether no worker is at it."""
    with alone(_LOCK, bulk_id) as is_free:
        return is_free


def _work(bulk: Bulk, by: Actor) -> None:
    kind = object_types.get(bulk.object_key)
    if bulk.verb == Bulk.Verb.UNDO:
        while _take_back_some(bulk.pk, by):
            pass
    elif kind is None:
        raise NotFound
    else:
        if not may_change(kind, by=by, verb="delete" if bulk.verb == Bulk.Verb.DELETE else "edit"):
            raise Refused(_("Whoever started this has lost the right to."))
        if bulk.verb == Bulk.Verb.EDIT:
            checked(kind, read_changes(bulk.changes), by=by)  # what was allowed when it was asked for may not be now
        _gather(bulk, kind, by)
        while _change_some(bulk.pk, kind, by):
            pass
    _finish(bulk.pk, by)
    if bulk.is_all or bulk.total > BATCH:
        sort_in()


def _gather(bulk: Bulk, kind: ObjectType, by: Actor) -> None:
    """All that match now, by one statement: what is changed on the way no longer matters to who is meant."""
    if bulk.is_gathered:
        return
    chosen = choice(kind, Chosen((), True, bulk.where_text, bulk.search), by=by, verb="view")
    found = chosen.statement(f"%s::bigint, {chosen.alias}.id, '', ''")
    with transaction.atomic():
        # The number of the bulk is the first parameter of the list of columns, behind those of the rows found.
        before = len(chosen.selected.found.params) if chosen.selected.found is not None else 0
        params = (*found.params[:before], bulk.pk, *found.params[before:])
        total = execute(f"INSERT INTO objects_bulk_record (bulk_id, record_id, code, sentence) {found.text}", params)
        Bulk.objects.filter(pk=bulk.pk).update(is_gathered=True, total=total)


def _change_some(bulk_id: int, kind: ObjectType, by: Actor) -> bool:
    """One batch; False at the end, and when it is no longer ours to go on with."""
    with transaction.atomic():
        gather_longer()
        row = Bulk.objects.select_for_update().filter(pk=bulk_id, status=Bulk.Status.RUNNING).first()
        if row is None:
            return False
        ids, position = _next(row)
        if not ids:
            return False
        run = Run(row.run_id, row.cause)
        if row.verb == Bulk.Verb.DELETE:
            results = delete_batch(kind, ids, by=by, run=run)
        else:
            results = edit_batch(kind, ids, read_changes(row.changes), by=by, run=run)
        _keep_refused(bulk_id, results)
        done = [each for each in results if each.is_done]
        same = sum(each.data.get("changed") == [] for each in done)
        row.changed, row.unchanged = row.changed + len(done) - same, row.unchanged + same
        row.refused += len(results) - len(done)
        _move(row, position, len(ids))
    return True


def _next(row: Bulk) -> tuple[list[int], int]:
    """The records of the next batch, and the position behind them.

    Neighbours lie on one page of the table. Changed in one transaction they need new room, and a new entry in every
    index; changed in several, each takes the room that the one before it has left. So every eighth record comes first,
    then the one beside each of these, and so on. What is deleted moves in any case: indexes leave deleted rows out.
    """
    lanes = 1 if row.verb == Bulk.Verb.DELETE else LANES
    lane, last = divmod(row.position, _LANE)
    ids: list[int] = []
    while lane < lanes:
        found = fetch(
            "SELECT record_id FROM objects_bulk_record WHERE bulk_id = %s AND record_id > %s AND record_id %% %s = %s"
            " ORDER BY record_id LIMIT %s",
            [row.pk, last, lanes, lane, BATCH - len(ids)],
        )
        ids += [id for (id,) in found]
        if len(ids) == BATCH:
            return ids, lane * _LANE + ids[-1]
        lane, last = lane + 1, 0
    return ids, lane * _LANE


def _take_back_some(bulk_id: int, by: Actor) -> bool:
    """One batch of what a run changed, the latest first."""
    with transaction.atomic():
        gather_longer()
        row = Bulk.objects.select_for_update().filter(pk=bulk_id, status=Bulk.Status.RUNNING).first()
        if row is None or row.undoes is None:
            return False
        batch = undo_batch(row.undoes, Run(row.run_id, row.cause), before=row.position, by=by)
        if batch is None:
            return False
        execute(
            "INSERT INTO objects_bulk_record (bulk_id, record_id, code, sentence)"
            " SELECT %s, u, '', '' FROM unnest(%s::bigint[]) u ON CONFLICT DO NOTHING",
            [bulk_id, list({each.record_id for each in batch.conflicts} | {e.id for e in batch.refused if e.id})],
        )
        said = _("Somebody has changed this since.")
        _keep_refused(bulk_id, [Result(each.record_id, "conflict", said) for each in batch.conflicts])
        _keep_refused(bulk_id, batch.refused)
        row.changed += batch.restored
        row.refused += len({each.record_id for each in batch.conflicts}) + len(batch.refused)
        _move(row, batch.last, batch.changes)
    return True


def _move(row: Bulk, position: int, count: int) -> None:
    row.position, row.done_with = position, row.done_with + count
    row.moved_at, row.error, row.attempts = clock.real_now(), "", 0
    row.save()


def _keep_refused(bulk_id: int, results: Sequence[Result]) -> None:
    refused = [each for each in results if not each.is_done and each.id is not None]
    if refused:
        execute(
            "UPDATE objects_bulk_record r SET code = v.code, sentence = v.sentence"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) v(id, code, sentence)"
            " WHERE r.bulk_id = %s AND r.record_id = v.id",
            [[e.id for e in refused], [e.code for e in refused], [e.sentence for e in refused], bulk_id],
        )


def _finish(bulk_id: int, by: Actor) -> None:
    with transaction.atomic():
        row = Bulk.objects.select_for_update().get(pk=bulk_id)
        if row.status == Bulk.Status.RUNNING:
            row.status, row.finished_at = Bulk.Status.DONE, clock.real_now()
            row.save()
        elif row.status != Bulk.Status.CANCELLED:
            return
        execute("UPDATE objects_run SET done = %s, refused = %s WHERE id = %s", [row.changed, row.refused, row.run_id])
        execute("DELETE FROM objects_bulk_record WHERE bulk_id = %s AND code = ''", [bulk_id])
        _tell(row, by, said_at_the_end(row, by))


def said_at_the_end(row: Bulk, by: Actor) -> str:
    """What was done, in a sentence."""
    numbers = {
        key: format_decimal(count, locale=by.locale)
        for key, count in (("changed", row.changed), ("refused", row.refused))
    }
    sentence = {
        Bulk.Verb.EDIT: _("%(changed)s records changed."),
        Bulk.Verb.DELETE: _("%(changed)s records deleted."),
        Bulk.Verb.UNDO: _("%(changed)s records are as they were."),
    }[Bulk.Verb(row.verb)]
    if row.refused:
        sentence += " " + _("%(refused)s were refused.")
    return sentence % numbers


def _stumble(bulk_id: int, by: Actor) -> None:
    """A bug, or a database that is away. It is tried again some times, by the queue and every minute."""
    row = Bulk.objects.get(pk=bulk_id)
    if row.attempts >= MOST_ATTEMPTS:
        _fail(bulk_id, _("Something went wrong, several times. What was changed so far stays."), by)
    else:
        said = _("Something went wrong. It is tried again.")
        Bulk.objects.filter(pk=bulk_id).update(attempts=row.attempts + 1, error=said)


def _fail(bulk_id: int, sentence: str, by: Actor) -> None:
    Bulk.objects.filter(pk=bulk_id).update(status=Bulk.Status.FAILED, error=sentence, finished_at=clock.real_now())
    row = Bulk.objects.get(pk=bulk_id)
    execute("UPDATE objects_run SET done = %s, refused = %s WHERE id = %s", [row.changed, row.refused, row.run_id])
    _tell(row, by, sentence)


def _tell(row: Bulk, by: Actor, sentence: str) -> None:
    """Whoever waited for a short one has its answer before them."""
    if by.user_id is not None and row.total > BATCH:
        notify([by.user_id], sentence, url=f"/bulk/{row.pk}/")
