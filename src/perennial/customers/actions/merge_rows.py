"""The rows of a merge: locked, moved to the other customer, hidden, written; and what is logged of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from perennial.customers.merging import Merging, mergings
from perennial.foundation import clock
from perennial.foundation.errors import Refused
from perennial.foundation.sql import execute, fetch, fetch_dicts
from perennial.objects.actions import Run
from perennial.objects.stored import CUSTOM
from perennial.objects.types import ObjectType
from perennial.objects.writing import update_records
from perennial.objects.writing.storing import search_values, update_rows
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor


def locked(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The rows, locked in the order of their ids, so that two merges cannot wait for each other."""
    rows = fetch_dicts("SELECT * FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(set(ids))])
    return {row["id"]: row for row in rows}


def move_rows(
    merging: Merging, source: int, target: int, *, by: Actor, run: Run, ids: Sequence[int] | None = None
) -> list[int]:
    """Re-point the rows from one customer to another (only those named, if any are); the ids of those re-pointed."""
    is_record = bool(merging.object_key)
    rise = ", version = version + 1, updated_at = %(now)s" if is_record else ""
    some = " AND id = ANY(%(ids)s)" if ids is not None else ""
    some += f" AND {merging.where}" if merging.where else ""
    moved = sorted(
        row[0]
        for row in fetch(
            f"UPDATE {merging.table} SET {merging.column} = %(target)s{rise}"
            f" WHERE {merging.column} = %(source)s{some} RETURNING id",
            {"source": source, "target": target, "now": clock.now(), "ids": list(ids or ())},
        )
    )
    if is_record and moved:
        log_changes(
            [Change(merging.object_key, id, "update", {merging.field: [source, target]}) for id in moved],
            actor=by.log_name,
            action="customers.merge_customers",
            cause=run.cause,
            run_id=run.id,
        )
    return moved


def hide(customer_id: int, merged_into: int | None) -> None:
    now = clock.now()
    execute(
        "UPDATE customers_customer SET merged_into_id = %s, deleted_at = %s, updated_at = %s, version = version + 1"
        " WHERE id = %s",
        [merged_into, now if merged_into else None, now, customer_id],
    )


def write_fields(
    row: dict[str, Any], values: Mapping[str, Any], *, kind: ObjectType, by: Actor, run: Run
) -> dict[str, list[Any]]:
    """Change fields through the one write path, hidden rows directly; {field: [old, new]} as JSON. Whoever may merge
    moves values also of fields that their role may not write: which, they could not choose."""
    if not values:
        return {}
    by = replace(by, rights=replace(by.rights, fields={}))
    before = values_of(row, kind)
    if row["deleted_at"] is None:
        for result in update_records(kind, {row["id"]: values}, by=by, within=run).results:
            if not result.is_done:
                raise Refused(result.sentence, code=result.code)
    else:
        update_rows(kind, {row["id"]: _columns(values, kind) | search_values(kind, before | dict(values))})
    old = as_json({key: before[key] for key in values}, kind)
    new = as_json(values, kind)
    made = {field.key for field in kind.fields if field.is_custom}
    row |= {field.sql_column: values[field.key] for field in kind.fields if field.key in values.keys() - made}
    row[CUSTOM] = _custom_of(row) | {key: value for key, value in new.items() if key in made}
    return {key: [old[key], new[key]] for key in values}


def values_of(row: Mapping[str, Any], kind: ObjectType) -> dict[str, Any]:
    """The values of the fields that can be set, by key; those of fields that users made too."""
    custom = _custom_of(row)
    return {
        field.key: field.type.clean(custom.get(field.key)) if field.is_custom else row[field.sql_column]
        for field in kind.fields
        if not field.readonly and field.expression is None
    }


def _custom_of(row: Mapping[str, Any]) -> dict[str, Any]:
    found = row[CUSTOM]
    return dict(json.loads(found) if isinstance(found, str) else found or {})


def _columns(values: Mapping[str, Any], kind: ObjectType) -> dict[str, Any]:
    fields = {field.key: field for field in kind.fields if field.key in values}
    columns = {field.sql_column: values[key] for key, field in fields.items() if not field.is_custom}
    made = {key: field.type.json(values[key]) for key, field in fields.items() if field.is_custom}
    return columns | ({CUSTOM: json.dumps(made)} if made else {})


def as_json(values: Mapping[str, Any], kind: ObjectType) -> dict[str, Any]:
    types = {field.key: field.type for field in kind.fields}
    return {key: types[key].json(value) for key, value in values.items()}


def log_both(winner: int, loser: int, how: str, *, kind: ObjectType, by: Actor, run: Run) -> None:
    is_merge = how == "merge"
    log_changes(
        [
            Change(kind.key, winner, "merge" if is_merge else "unmerge", {"other": loser}),
            Change(kind.key, loser, "merge" if is_merge else "unmerge", {"merged_into": winner if is_merge else None}),
        ],
        actor=by.log_name,
        action=f"customers.{'merge_customers' if is_merge else 'unmerge'}",
        cause=run.cause,
        run_id=run.id,
    )


def and_then(customer_ids: Sequence[int]) -> None:
    for merging in mergings.values():
        if merging.then is not None:
            merging.then(customer_ids)
