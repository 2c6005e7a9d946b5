"""Creating records."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Conflict, Forbidden, Invalid, Refused
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result, Run
from perennial.objects.record_fields import field_of, fields_of
from perennial.objects.types import ObjectType, Written, current
from perennial.objects.writing.cleaning import Draft, clean_new
from perennial.objects.writing.outcomes import finish, invalid, new_cause, refused, the_only
from perennial.objects.writing.storing import CLASHES, insert_rows, next_ids, raise_unless_taken
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_TAKEN = _("There is such a record already: a value that must be unique is taken.")
_HISTORY = frozenset({"created_at"})


def create_records(
    kind: ObjectType,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    cause: uuid.UUID | None = None,
    is_history: bool = False,
    fixed: Mapping[str, Any] | None = None,
    within: Run | None = None,
) -> Run:
    """Create a record for each row. `is_history` lets rows name their `created_at`; `fixed` sets columns of all.
    `within` is the run of the action that this is a part of, and is undone with it."""
    kind = current(kind)
    require_creation(kind, by)
    drafts = clean_new(kind, rows, by=by, also=_HISTORY if is_history else frozenset())
    return create_complete(kind, drafts, by=by, cause=cause, fixed=fixed, within=within)


def create_complete(
    kind: ObjectType,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    cause: uuid.UUID | None = None,
    fixed: Mapping[str, Any] | None = None,
    within: Run | None = None,
) -> Run:
    """The second half of `create_records`, for drafts that are clean."""
    require_creation(kind, by)
    cause = within.cause if within else new_cause(cause)
    if all(draft.errors for draft in drafts):
        return Run(0, cause, tuple(invalid(draft.errors) for draft in drafts))
    with transaction.atomic():
        run_id, ids = next_ids(kind, len(drafts))
        if within is not None:
            results = create_drafts(kind, drafts, ids, by=by, cause=cause, run_id=within.id, fixed=fixed)
            return replace(within, results=tuple(results))
        results = create_drafts(kind, drafts, ids, by=by, cause=cause, run_id=run_id, fixed=fixed)
        return finish(run_id, cause, "create", kind, results, by=by)


def create_record(kind: ObjectType, values: Mapping[str, Any], *, by: Actor, cause: uuid.UUID | None = None) -> int:
    """Create one; its id. Raises `Invalid` or `Conflict`."""
    created = the_only(create_records(kind, [values], by=by, cause=cause)).id
    assert created is not None
    return created


def require_creation(kind: ObjectType, by: Actor) -> None:
    if not kind.can_create or kind.parts or widest_reach(kind, by=by, verb="create") is Reach.NONE:
        raise Forbidden


def create_drafts(
    kind: ObjectType,
    drafts: Sequence[Draft],
    ids: Sequence[int],
    *,
    by: Actor,
    cause: uuid.UUID,
    run_id: int,
    action: str = "create",
    fixed: Mapping[str, Any] | None = None,
) -> list[Result]:
    """Store what is right, run the slots, log the changes. `ids` has a number for each draft; some may stay unused."""
    good = [(draft, id) for draft, id in zip(drafts, ids, strict=True) if not draft.errors]
    columns = {**kind.fixed, **(fixed or {})}
    said = json_reader(kind)
    told: dict[int, dict[str, Any]] = {}
    if kind.create is not None:
        made = _create_by_slot(kind, [draft for draft, _id in good], columns, by=by, cause=cause)
    else:
        told = {id: said(draft.values) for draft, id in good}
        stored = insert_rows(kind, list(told), [draft.values for draft, _id in good], columns, list(told.values()))
        made = {draft.index: Result(id) if id in stored else refused("conflict", sentence=_TAKEN) for draft, id in good}
    results = [invalid(draft.errors) if draft.errors else made[draft.index] for draft in drafts]
    written = [
        Written(result.id, draft.values)
        for draft, result in zip(drafts, results, strict=True)
        if result.is_done and result.id is not None
    ]
    if written and kind.on_created is not None:
        kind.on_created(written, by, cause)
    log_changes(
        (Change(kind.key, each.id, "create", told.get(each.id) or said(each.values)) for each in written),
        actor=by.log_name,
        action=action,
        cause=cause,
        run_id=run_id,
    )
    return results


def json_reader(kind: ObjectType) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """What makes of a record's values what the change log keeps of it: what it has, as JSON."""
    fields = [(declared.key, declared.type.json) for declared in fields_of(kind)]

    def said(values: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, json in fields:
            value = values.get(key)
            if value is not None and value != "":
                found[key] = json(value)
        return found

    return said


def json_of(kind: ObjectType, key: str, value: Any) -> Any:
    declared = field_of(kind, key)
    return value if declared is None else declared.type.json(value)


def _create_by_slot(
    kind: ObjectType, drafts: Sequence[Draft], columns: Mapping[str, Any], *, by: Actor, cause: uuid.UUID
) -> dict[int, Result]:
    """All at once; when one of them is refused, one after the other, so that it alone is."""
    try:
        return _create_set(kind, drafts, columns, by=by, cause=cause)
    except (Refused, *CLASHES):
        if len(drafts) == 1:
            return {drafts[0].index: _refused_set(kind, drafts[0], columns, by=by, cause=cause)}
    return {draft.index: _refused_set(kind, draft, columns, by=by, cause=cause) for draft in drafts}


def _create_set(
    kind: ObjectType, drafts: Sequence[Draft], columns: Mapping[str, Any], *, by: Actor, cause: uuid.UUID
) -> dict[int, Result]:
    assert kind.create is not None
    if not drafts:
        return {}
    with transaction.atomic():
        made = kind.create([{**columns, **draft.values} for draft in drafts], by, cause)
    return {draft.index: Result(id) for draft, id in zip(drafts, made, strict=True)}


def _refused_set(kind: ObjectType, draft: Draft, columns: Mapping[str, Any], *, by: Actor, cause: uuid.UUID) -> Result:
    try:
        return _create_set(kind, [draft], columns, by=by, cause=cause)[draft.index]
    except Invalid as error:
        return invalid(error.fields)
    except Conflict as error:
        return refused("conflict", sentence=error.sentence)
    except Refused as error:
        return Result(None, error.code, str(error.sentence))
    except CLASHES as error:
        raise_unless_taken(error)
        return refused("conflict", sentence=_TAKEN)
