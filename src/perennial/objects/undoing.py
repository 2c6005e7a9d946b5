"""Undo is a new action. It restores the fields that still hold what was written, and lists the others as conflicts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.foundation import errors
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result, Run, Undo, actions
from perennial.objects.field_rights import hidden
from perennial.objects.field_rights import locked as locked_fields
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing.cleaning import Draft
from perennial.objects.writing.creating import json_of
from perennial.objects.writing.deleting import delete_all, restore_all
from perennial.objects.writing.outcomes import keep_run, next_run_id, said
from perennial.objects.writing.updating import lock_records, update_drafts
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

FIRST = 2**63 - 1  # before all that can stand in the log
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that has been changed since: what it holds now, and what undoing would have put there."""

    record_id: int
    field: str
    now: Any
    was: Any


@dataclass(frozen=True, slots=True)
class Undone:
    """`restored` counts records, `conflicts` fields that somebody has changed since."""

    restored: int
    conflicts: list[Conflict]
    run_id: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some changes taken back. `last` is the place in the log to go on before, `changes` how many were read."""

    last: int
    changes: int
    results: list[Result]
    conflicts: list[Conflict]

    @property
    def restored(self) -> int:
        return sum(result.is_done for result in self.results)

    @property
    def refused(self) -> list[Result]:
        return [result for result in self.results if not result.is_done]


def undo_run(run_id: int, *, by: Actor) -> Undone:
    """Take back what a run changed, as far as nobody has changed it since. What left the house is not taken back."""
    with transaction.atomic():
        object_key, cause = claim_undo(run_id, by=by)
        run = Run(next_run_id(), uuid7())
        results: list[Result] = []
        conflicts: list[Conflict] = []
        before = FIRST
        own = undo_of(run_id)
        if own is not None:
            results += own(run_id, by=by, run=run)
            conflicts += [Conflict(each.id or 0, key, None, None) for each in results
                          for key in each.data.get("conflicts", ())]  # fmt: skip
        while own is None and (batch := undo_batch(run_id, run, before=before, by=by)) is not None:
            before = batch.last
            results += batch.results
            conflicts += batch.conflicts
        if not any(result.is_done for result in results):
            raise errors.Conflict(_("Nothing of this can be undone: it has been changed since, or is not yours."))
        done = Run(
            run.id,
            run.cause,
            tuple(results),
            said("undo", object_types[object_key], results) if object_key in object_types else "",
        )
        keep_run(done, "undo", object_key, by=by, input={"run": run_id}, parent=cause)
        mark_undone(run_id, run.id)
    return Undone(sum(result.is_done for result in results), conflicts, run.id)


def claim_undo(run_id: int, *, by: Actor) -> tuple[str, uuid.UUID]:
    """The kind that a run was about and its cause, locked; refused when it is not to be undone or not by this actor."""
    found = fetch_one(
        "SELECT action, object_key, undone_by, cause, actor FROM objects_run WHERE id = %s FOR UPDATE", [run_id]
    )
    if found is None or not _may_undo(found[1], found[4], by):
        raise NotFound
    action, object_key, undone_by, cause, _actor = found
    if undone_by is not None:
        raise errors.Conflict(_("This has been undone already."))
    if action in actions and not actions[action].can_undo:
        raise Forbidden(_("This cannot be undone."))
    return object_key, cause


def undo_of(run_id: int) -> Undo | None:
    """How the action of a run says that it is undone; None where the change log says it all."""
    found = fetch_one("SELECT action FROM objects_run WHERE id = %s", [run_id])
    return actions[found[0]].undo if found and found[0] in actions else None


def mark_undone(run_id: int, undo_id: int) -> None:
    execute("UPDATE objects_run SET undone_by = %s WHERE id = %s", [undo_id, run_id])


def undo_batch(run_id: int, run: Run, *, before: int, by: Actor) -> Batch | None:
    """Take back the latest changes of the run that stand before this place in the log; None when there are no more.
    Records of kinds that no longer exist are left alone."""
    rows = fetch(
        'SELECT id, object_key, record_id, kind, "values" FROM timeline_change WHERE run_id = %s AND id < %s'
        " ORDER BY id DESC LIMIT %s",
        [run_id, before, _BATCH],
    )
    if not rows:
        return None
    batch = Batch(rows[-1][0], len(rows), [], [])
    for (object_key, change), records in _groups(rows).items():
        declared = object_types.get(object_key)
        if declared is None:
            continue
        if change == "update":
            batch.results.extend(_put_back(declared, records, run, by, batch.conflicts))
        else:
            batch.results.extend(_take_back(declared, change, list(records), run, by))
    return batch


def _groups(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str], dict[int, dict[str, Any]]]:
    """By kind and kind of change, what is to be taken back of each record. One that the run changed twice goes back to
    what it was before the first time; one that it made need not be changed before it goes."""
    groups: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    for _id, object_key, record_id, kind, values in rows:
        records = groups.setdefault((object_key, kind), {})
        earlier, later = json.loads(values), records.get(record_id)  # jsonb arrives as text
        if kind == "update" and later is not None:
            records[record_id] = later | {
                key: [pair[0], later[key][1] if key in later else pair[1]] for key, pair in earlier.items()
            }
        else:
            records[record_id] = earlier
    for object_key, kind in list(groups):
        if kind == "create" and (object_key, "update") in groups:
            for record_id in groups[object_key, kind]:
                groups[object_key, "update"].pop(record_id, None)
    return groups


def _may_undo(object_key: str, actor: str, by: Actor) -> bool:
    """Whoever did it, or may do such things; what they may do to each record is asked again for each."""
    kind = object_types.get(object_key)
    verbs: tuple[Verb, ...] = ("edit", "delete")
    return actor == by.log_name or (
        kind is not None and any(widest_reach(kind, by=by, verb=verb) > Reach.NONE for verb in verbs)
    )


def _take_back(kind: ObjectType, change: str, ids: Sequence[int], run: Run, by: Actor) -> list[Result]:
    match change:
        case "create" | "restore":
            return delete_all(kind, ids, by=by, cause=run.cause, run_id=run.id, action="undo")
        case "delete":
            return restore_all(kind, ids, by=by, cause=run.cause, run_id=run.id, action="undo")
    return []


def _put_back(
    kind: ObjectType, records: dict[int, dict[str, Any]], run: Run, by: Actor, conflicts: list[Conflict]
) -> list[Result]:
    """The old values of fields that still hold the new ones, and that the actor's role may write."""
    locked = lock_records(kind, list(records), by=by, verb="edit")
    unseen, untouched = hidden(kind, by), locked_fields(kind, by)
    drafts: list[Draft] = []
    for record_id, values in records.items():
        record = locked.get(record_id)
        draft = Draft(len(drafts), id=record_id)
        for key, (old, new) in values.items():
            declared = field_of(kind, key)
            now = json_of(kind, key, record.values.get(key)) if record and declared else None
            if record is None:  # gone, or not this actor's to change: what it holds is not said
                continue
            if key in unseen:  # it stays, and is counted among what could not be taken back, but not named
                conflicts.append(Conflict(record_id, "", None, None))
                continue
            if declared is None or key in untouched or (now or None) != (new or None):
                conflicts.append(Conflict(record_id, key, now, old))
                continue
            draft.values[key] = declared.type.clean(old)
        if draft.values:
            drafts.append(draft)
    return update_drafts(kind, drafts, by=by, cause=run.cause, run_id=run.id, action="undo") if drafts else []
