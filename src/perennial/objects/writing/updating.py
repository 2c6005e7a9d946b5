"""Changing records."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import TRUE
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import lasting, through_field, widest_reach
from perennial.objects.actions import Result, Run
from perennial.objects.fields import LinesType
from perennial.objects.query import allowed_ids, lasting_ids
from perennial.objects.record_fields import fields_of
from perennial.objects.statements import selection
from perennial.objects.stored import CUSTOM, sql_of
from perennial.objects.types import ObjectType, Written, current
from perennial.objects.writing.cleaning import Draft, check_whole, clean_changes
from perennial.objects.writing.creating import json_of
from perennial.objects.writing.linking import keep_unseen
from perennial.objects.writing.outcomes import finish, invalid, new_cause, next_run_id, refused, the_only
from perennial.objects.writing.storing import (
    CLASHES,
    is_searchable,
    raise_unless_taken,
    search_values,
    stored_value,
    update_rows,
)  # fmt: skip
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

_LENT = _("This record was only lent to you: whose it is, is not yours to change.")
_TAKEN = _("Another record has this already: a value that must be unique is taken.")


@dataclass(frozen=True, slots=True)
class Locked:
    """A record as it is, held until the transaction ends."""

    id: int
    version: int
    is_deleted: bool
    values: dict[str, Any]


def update_records(
    kind: ObjectType,
    changes: Mapping[int, Mapping[str, Any]],
    *,
    by: Actor,
    versions: Mapping[int, int] | None = None,
    cause: uuid.UUID | None = None,
    within: Run | None = None,
) -> Run:
    """Change fields of records. Where `versions` names one, the record must still have it, or the result is `stale`.
    `within` is the run of the action that this is a part of, and is undone with it."""
    kind = current(kind)
    if not kind.can_edit:
        raise Forbidden
    require_reach(kind, by, "edit")
    return update_complete(
        kind, clean_changes(kind, changes, by=by), by=by, versions=versions, cause=cause, within=within
    )


def update_complete(
    kind: ObjectType,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    versions: Mapping[int, int] | None = None,
    cause: uuid.UUID | None = None,
    within: Run | None = None,
) -> Run:
    """The second half of `update_records`, for drafts that are clean."""
    if not kind.can_edit:
        raise Forbidden
    require_reach(kind, by, "edit")
    cause = within.cause if within else new_cause(cause)
    if drafts and all(draft.errors for draft in drafts):
        there = allowed_ids(kind, [draft.id or 0 for draft in drafts], by=by, verb="edit")
        return Run(
            0,
            cause,
            tuple(
                invalid(draft.errors, id=draft.id) if draft.id in there else refused("not_found", id=draft.id)
                for draft in drafts
            ),
        )
    with transaction.atomic():
        run_id = within.id if within else next_run_id()
        results = update_drafts(kind, drafts, by=by, cause=cause, run_id=run_id, versions=versions)
        if within is not None:
            return replace(within, results=tuple(results))
        return finish(run_id, cause, "update", kind, results, by=by)


def update_record(
    kind: ObjectType,
    record_id: int,
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
    cause: uuid.UUID | None = None,
) -> Run:
    """Change one. Raises `NotFound`, `Invalid`, `Stale` or `Conflict`."""
    versions = None if version is None else {record_id: version}
    run = update_records(kind, {record_id: values}, by=by, versions=versions, cause=cause)
    the_only(run)
    return run


def require_reach(kind: ObjectType, by: Actor, verb: Verb) -> None:
    """Forbidden when the actor can see such records but not do this; not there when they cannot even see them."""
    if widest_reach(kind, by=by, verb=verb) is Reach.NONE:
        raise Forbidden if widest_reach(kind, by=by, verb="view") > Reach.NONE else NotFound


def lock_records(
    kind: ObjectType, ids: Sequence[int], *, by: Actor, verb: Verb, with_deleted: bool = False
) -> dict[int, Locked]:
    """The records the actor may use the verb on, locked in the order of their ids so that two writers never cross."""
    kind = current(kind)
    chosen = selection(kind, by=by, verb=verb, with_deleted=with_deleted)
    alias = chosen.tables.alias
    fields = [each for each in fields_of(kind) if not isinstance(each.type, LinesType) and each.expression is None]
    columns = ", ".join(sql_of(each, alias) for each in fields)
    wanted = [each for each in ids if 0 < each < 2**63]
    statement = chosen.statement(
        f"{alias}.id, {alias}.version, {alias}.deleted_at IS NOT NULL, {columns}",
        also=[Sql(f"{alias}.id = ANY(%s::bigint[])", (wanted,))],
        tail=f" ORDER BY {alias}.id FOR UPDATE OF {alias}",
    )
    keys = [each.key for each in fields]
    return {row[0]: Locked(row[0], row[1], row[2], dict(zip(keys, row[3:], strict=True))) for row in fetch(*statement)}


def update_drafts(
    kind: ObjectType,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    cause: uuid.UUID,
    run_id: int,
    action: str = "update",
    versions: Mapping[int, int] | None = None,
) -> list[Result]:
    """Lock, compare, write what is different, run the slots, log the changes."""
    locked = lock_records(kind, [draft.id or 0 for draft in drafts], by=by, verb="edit")
    keep_unseen(fields_of(kind), drafts, {id: record.values for id, record in locked.items()}, by)
    results: dict[int, Result] = {}
    changed: dict[int, Written] = {}
    for draft in drafts:
        record = locked.get(draft.id or 0)
        if record is None:
            results[draft.index] = refused("not_found", id=draft.id)
        elif versions is not None and versions.get(record.id, record.version) != record.version:
            results[draft.index] = refused("stale", id=draft.id)
        else:
            results[draft.index] = _compare(kind, draft, record, changed)
    _keep_lent(kind, drafts, results, changed, by)
    _tell_forbidden(kind, results, by)
    lost = write_each(lambda some: update_rows(kind, _columns(kind, some, locked)), changed)
    for draft in drafts:
        if draft.id in lost:
            results[draft.index] = refused("conflict", id=draft.id, sentence=_TAKEN)
    written = [each for id, each in changed.items() if id not in lost]
    if written and kind.on_updated is not None:
        kind.on_updated(written, by, cause)
    log_changes(
        (
            Change(
                kind.key,
                each.id,
                "update",
                {
                    key: [json_of(kind, key, each.old[key]), json_of(kind, key, value)]
                    for key, value in each.values.items()
                },
            )
            for each in written
        ),
        actor=by.log_name,
        action=action,
        cause=cause,
        run_id=run_id,
    )
    return [results[draft.index] for draft in drafts]


def _keep_lent(
    kind: ObjectType, drafts: Sequence[Draft], results: dict[int, Result], changed: dict[int, Written], by: Actor
) -> None:
    """What was only shared with the actor, or is used in somebody's place, is not theirs to give away: they would keep
    it when the share or the absence ends."""
    if not changed or lasting(kind, by=by, verb="edit") == TRUE:
        return
    through = through_field(kind)
    deciding = {through.key} if through is not None else {"owner", "team"}
    moved = {id: deciding & each.values.keys() for id, each in changed.items() if deciding & each.values.keys()}
    kept = lasting_ids(kind, list(moved), by=by, verb="edit") if moved else set()
    for draft in drafts:
        if draft.id in moved and draft.id not in kept:
            del changed[draft.id]
            results[draft.index] = invalid(dict.fromkeys(sorted(moved[draft.id]), _LENT), id=draft.id)


def write_each(write: Callable[[dict[int, Written]], None], changed: Mapping[int, Written]) -> set[int]:
    """Write all; when a unique value stands in the way, one by one. The ids that could not be written."""
    if not changed:
        return set()
    try:
        with transaction.atomic():
            write(dict(changed))
        return set()
    except CLASHES as error:
        raise_unless_taken(error)
        if len(changed) == 1:
            return set(changed)
    half = len(changed) // 2
    items = list(changed.items())
    return write_each(write, dict(items[:half])) | write_each(write, dict(items[half:]))


def _compare(kind: ObjectType, draft: Draft, record: Locked, changed: dict[int, Written]) -> Result:
    check_whole(kind, draft, record.values | draft.values, record.values)
    if draft.errors:
        return invalid(draft.errors, id=draft.id)
    new = {
        key: stored
        for key, value in draft.values.items()
        if (stored := stored_value(kind, key, value)) != record.values.get(key)
    }
    if new:
        changed[record.id] = Written(record.id, new, {key: record.values.get(key) for key in new})
    return Result(record.id, data={"changed": sorted(new)})


def _columns(
    kind: ObjectType, changed: Mapping[int, Written], locked: Mapping[int, Locked]
) -> dict[int, dict[str, Any]]:
    """The columns to write, the same for every record: what one does not change keeps its value, which we hold."""
    declared = {each.key: each for each in fields_of(kind)}
    keys = sorted({key for each in changed.values() for key in each.values})
    is_named = is_searchable(kind) and bool({*kind.search, kind.title} & set(keys))
    made = [declared[key] for key in keys if declared[key].is_custom]
    rows: dict[int, dict[str, Any]] = {}
    for id, each in changed.items():
        whole = locked[id].values | dict(each.values)
        rows[id] = {declared[key].sql_column: whole[key] for key in keys if not declared[key].is_custom}
        if made:
            rows[id][CUSTOM] = dumps({each.key: each.type.json(whole[each.key]) for each in made})
        if is_named:
            rows[id].update(search_values(kind, whole))
    return rows


def _tell_forbidden(kind: ObjectType, results: dict[int, Result], by: Actor) -> None:
    """What the actor sees but may not change is forbidden; the rest is not there."""
    missing = [result.id for result in results.values() if result.code == "not_found" and result.id is not None]
    seen = allowed_ids(kind, missing, by=by, verb="view") if missing else set()
    for index, result in results.items():
        if result.code == "not_found" and result.id in seen:
            results[index] = refused("forbidden", id=result.id)
