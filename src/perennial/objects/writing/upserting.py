"""Creating what is new and changing what is there, by the id it has in another system."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Forbidden, Text
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result, Run
from perennial.objects.query import by_external
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, current
from perennial.objects.writing.cleaning import clean_changes, clean_new
from perennial.objects.writing.creating import create_drafts
from perennial.objects.writing.outcomes import finish, invalid, new_cause, next_run_id, refused
from perennial.objects.writing.storing import next_ids
from perennial.objects.writing.updating import update_drafts
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_NEEDED = _("This is needed: it says which record is meant.")


def upsert_records(
    kind: ObjectType,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    on: str = "",
    cause: uuid.UUID | None = None,
    fixed: Mapping[str, Any] | None = None,
    may_create: bool = True,
    may_update: bool = True,
    action: str = "upsert",
) -> Run:
    """Create or change by the field `on` (the kind's external field). Rows that name the same record are joined, the
    later winning. A result says in `data["made"]` what was done: "created", "updated" or "unchanged"."""
    kind = current(kind)
    on = on or kind.external
    may_create = may_create and kind.can_create and not kind.parts
    if (may_create and widest_reach(kind, by=by, verb="create") is Reach.NONE) or (
        may_update and widest_reach(kind, by=by, verb="edit") is Reach.NONE
    ):
        raise Forbidden
    keys, results = _keys(kind, rows, on)
    joined: dict[str, dict[str, Any]] = {}
    for key, row in zip(keys, rows, strict=True):
        if key is not None:
            joined[key] = joined.get(key, {}) | dict(row)
    cause = new_cause(cause)
    with transaction.atomic():
        there = by_external(kind, list(joined), by=by, on=on)
        run_id = next_run_id()
        answers = _create(
            kind,
            {key: row for key, row in joined.items() if key not in there},
            by=by,
            cause=cause,
            run_id=run_id,
            fixed=fixed,
            action=action,
            is_allowed=may_create,
        )
        answers |= _update(
            kind,
            {key: (there[key], row) for key, row in joined.items() if key in there},
            by=by,
            cause=cause,
            run_id=run_id,
            action=action,
            is_allowed=may_update,
        )
        for index, key in enumerate(keys):
            if key is not None:
                results[index] = answers[key]
        ordered = [results[index] for index in range(len(rows))]
        return finish(run_id, cause, action, kind, ordered, by=by)


def _keys(kind: ObjectType, rows: Sequence[Mapping[str, Any]], on: str) -> tuple[list[str | None], dict[int, Result]]:
    """The cleaned key of each row, and the results of rows without a good one."""
    declared = field_of(kind, on)
    assert declared is not None, f"{kind.key} has no field {on} to upsert by"
    keys: list[str | None] = []
    results: dict[int, Result] = {}
    for index, row in enumerate(rows):
        sentence: Text = _NEEDED
        try:
            key = declared.type.clean(row.get(on)) if isinstance(row, Mapping) else None
        except ValueError as error:
            key, sentence = None, str(error)
        keys.append(key)
        if key is None:
            results[index] = invalid({on: sentence})
    return keys, results


def _create(
    kind: ObjectType,
    rows: Mapping[str, Mapping[str, Any]],
    *,
    by: Actor,
    cause: uuid.UUID,
    run_id: int,
    fixed: Mapping[str, Any] | None,
    action: str,
    is_allowed: bool,
) -> dict[str, Result]:
    if not rows:
        return {}
    if not is_allowed:
        sentence = _("There is no such record to change.")
        return {key: refused("not_found", sentence=sentence) for key in rows}
    drafts = clean_new(kind, list(rows.values()), by=by)
    _unused, ids = next_ids(kind, len(drafts))
    results = create_drafts(kind, drafts, ids, by=by, cause=cause, run_id=run_id, action=action, fixed=fixed)
    return {key: _made(result, "created") for key, result in zip(rows, results, strict=True)}


def _update(
    kind: ObjectType,
    rows: Mapping[str, tuple[int, Mapping[str, Any]]],
    *,
    by: Actor,
    cause: uuid.UUID,
    run_id: int,
    action: str,
    is_allowed: bool,
) -> dict[str, Result]:
    if not rows:
        return {}
    if not is_allowed:
        sentence = _("There is such a record already.")
        return {key: refused("conflict", id=id, sentence=sentence) for key, (id, _row) in rows.items()}
    drafts = clean_changes(kind, dict(rows.values()), by=by)
    results = update_drafts(kind, drafts, by=by, cause=cause, run_id=run_id, action=action)
    return {
        key: _made(result, "updated" if result.data.get("changed") else "unchanged")
        for key, result in zip(rows, results, strict=True)
    }


def _made(result: Result, made: str) -> Result:
    return replace(result, data={**result.data, "made": made}) if result.is_done else result
