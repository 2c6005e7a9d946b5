"""One batch of a bulk, through the same writing as a change by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from perennial.objects.actions import Result, Run
from perennial.objects.bulk.changes import FieldChange, applied, plain_values
from perennial.objects.bulk.chosen import kinds_within
from perennial.objects.query import allowed_ids
from perennial.objects.types import ObjectType
from perennial.objects.writing.cleaning import Draft, clean_changes
from perennial.objects.writing.deleting import delete_all
from perennial.objects.writing.outcomes import refused
from perennial.objects.writing.updating import lock_records, update_drafts
from perennial.workspace.actor import Actor

EDIT, DELETE = "bulk_edit", "bulk_delete"  # as the logs call them


def edit_batch(
    kind: ObjectType, ids: Sequence[int], changes: Sequence[FieldChange], *, by: Actor, run: Run
) -> list[Result]:
    """Change these records, each as the part that it is. `changes` have been checked."""
    return _by_part(kind, ids, by, lambda part, some: _edit(part, some, changes, by=by, run=run), can="edit")


def delete_batch(kind: ObjectType, ids: Sequence[int], *, by: Actor, run: Run) -> list[Result]:
    return _by_part(
        kind,
        ids,
        by,
        lambda part, some: delete_all(part, some, by=by, cause=run.cause, run_id=run.id, action=DELETE),
        can="delete",
    )


def _by_part(
    kind: ObjectType,
    ids: Sequence[int],
    by: Actor,
    write: Callable[[ObjectType, Sequence[int]], list[Result]],
    *,
    can: str,
) -> list[Result]:
    if not kind.parts:
        return write(kind, ids)
    results: dict[int, Result] = {}
    for part in kinds_within(kind):
        own = allowed_ids(part, ids, by=by, verb="view")
        mine = [id for id in ids if id in own]
        if mine and not (part.can_delete if can == "delete" else part.can_edit):
            results |= {id: refused("forbidden", id=id) for id in mine}
        elif mine:
            results |= {result.id: result for result in write(part, mine) if result.id is not None}
    return [results.get(id) or refused("not_found", id=id) for id in ids]


def _edit(kind: ObjectType, ids: Sequence[int], changes: Sequence[FieldChange], *, by: Actor, run: Run) -> list[Result]:
    """The value is cleaned once, for all: whether it may be set has nothing to do with the record."""
    (pattern,) = clean_changes(kind, {0: plain_values(changes)}, by=by)
    several = [each for each in changes if each.how in ("add", "remove")]
    olds = lock_records(kind, ids, by=by, verb="edit") if several else {}
    drafts = []
    for number, id in enumerate(ids):
        values: dict[str, Any] = dict(pattern.values)
        record = olds.get(id)
        for each in several:
            values[each.field] = applied(each, values[each.field], record.values.get(each.field) if record else None)
        drafts.append(Draft(number, values, dict(pattern.errors), id))
    return update_drafts(kind, drafts, by=by, cause=run.cause, run_id=run.id, action=EDIT)
