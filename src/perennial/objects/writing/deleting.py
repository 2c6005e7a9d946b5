"""Deleting records, and bringing them back. A deleted record stays in its table, and is seen nowhere."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden
from perennial.foundation.sql import execute
from perennial.objects.actions import Result, Run
from perennial.objects.query import allowed_ids
from perennial.objects.types import ObjectType, Written
from perennial.objects.writing.creating import json_reader
from perennial.objects.writing.outcomes import finish, new_cause, next_run_id, refused, the_only
from perennial.objects.writing.updating import lock_records, require_reach, write_each
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor


def delete_records(kind: ObjectType, ids: Sequence[int], *, by: Actor, cause: uuid.UUID | None = None) -> Run:
    """Hide records everywhere; `restore_records` brings them back."""
    if not kind.can_delete:
        raise Forbidden
    require_reach(kind, by, "delete")
    cause = new_cause(cause)
    with transaction.atomic():
        run_id = next_run_id()
        results = delete_all(kind, ids, by=by, cause=cause, run_id=run_id)
        return finish(run_id, cause, "delete", kind, results, by=by)


def restore_records(kind: ObjectType, ids: Sequence[int], *, by: Actor, cause: uuid.UUID | None = None) -> Run:
    """Bring deleted records back as they were."""
    require_reach(kind, by, "delete")
    cause = new_cause(cause)
    with transaction.atomic():
        run_id = next_run_id()
        results = restore_all(kind, ids, by=by, cause=cause, run_id=run_id)
        return finish(run_id, cause, "restore", kind, results, by=by)


def delete_record(kind: ObjectType, record_id: int, *, by: Actor) -> Run:
    """Delete one. Raises `NotFound` or `Forbidden`."""
    run = delete_records(kind, [record_id], by=by)
    the_only(run)
    return run


def restore_record(kind: ObjectType, record_id: int, *, by: Actor) -> Run:
    run = restore_records(kind, [record_id], by=by)
    the_only(run)
    return run


def delete_all(
    kind: ObjectType, ids: Sequence[int], *, by: Actor, cause: uuid.UUID, run_id: int, action: str = "delete"
) -> list[Result]:
    locked = lock_records(kind, ids, by=by, verb="delete")
    if locked:
        execute(
            f'UPDATE "{kind.table}" SET deleted_at = %s, updated_at = %s, version = version + 1'
            " WHERE id = ANY(%s::bigint[])",
            [clock.now(), clock.now(), list(locked)],
        )
    written = [Written(each.id, {}, each.values) for each in locked.values()]
    if written and kind.on_deleted is not None:
        kind.on_deleted(written, by, cause)
    said = json_reader(kind)
    log_changes(
        (Change(kind.key, each.id, "delete", said(each.old)) for each in written),
        actor=by.log_name,
        action=action,
        cause=cause,
        run_id=run_id,
    )
    seen = allowed_ids(kind, ids, by=by, verb="view") if len(locked) < len(set(ids)) else set()
    return [Result(id) if id in locked else refused("forbidden" if id in seen else "not_found", id=id) for id in ids]


def restore_all(
    kind: ObjectType, ids: Sequence[int], *, by: Actor, cause: uuid.UUID, run_id: int, action: str = "restore"
) -> list[Result]:
    locked = {
        each.id: each
        for each in lock_records(kind, ids, by=by, verb="delete", with_deleted=True).values()
        if each.is_deleted
    }
    wanted = {id: Written(id, each.values) for id, each in locked.items()}
    lost = write_each(lambda some: _bring_back(kind, list(some)), wanted)
    written = [each for id, each in wanted.items() if id not in lost]
    if written and kind.on_restored is not None:
        kind.on_restored(written, by, cause)
    said = json_reader(kind)
    log_changes(
        (Change(kind.key, each.id, "restore", said(each.values)) for each in written),
        actor=by.log_name,
        action=action,
        cause=cause,
        run_id=run_id,
    )
    return [
        refused("conflict", id=id) if id in lost else Result(id) if id in locked else refused("not_found", id=id)
        for id in ids
    ]


def _bring_back(kind: ObjectType, ids: list[int]) -> None:
    execute(
        f'UPDATE "{kind.table}" SET deleted_at = NULL, updated_at = %s, version = version + 1'
        " WHERE id = ANY(%s::bigint[])",
        [clock.now(), ids],
    )
