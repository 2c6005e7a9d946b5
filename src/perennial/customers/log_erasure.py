"""Rewriting the two logs for a person who is erased: the one operation that may.

What happened stays countable (when, of which type, how much), who it happened to does not: free text goes, numbers,
sums, moments and choices from a fixed list stay. Derived events keep what they say, because rules acted on it, but for
the names and addresses in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from perennial.customers import events
from perennial.customers.models import Merge
from perennial.customers.personal_data import ERASED, FreeText, Held, Subject, scrub
from perennial.foundation.sql import execute, fetch, fetch_dicts, streamed
from perennial.objects.collaboration.comments import KEY as COMMENTS
from perennial.objects.collaboration.comments import index_anew
from perennial.objects.types import object_types
from perennial.objects.writing.storing import is_searchable, search_values, update_rows
from perennial.timeline.types import event_types

_BATCH = 2_000
_FIRST = "-infinity"


def erase_events(subject: Subject) -> int:
    """Events of the person's profiles, events about the person on other profiles, and tales of merging them."""
    merges = list(Merge.objects.filter(loser_id__in=subject.customer_ids).values_list("id", flat=True))
    told = [events.MERGED.key, events.UNMERGED.key]
    where = (
        "occurred_at > %s AND (profile_id = ANY(%s) OR (subject_kind IN ('customers.person', 'customers.customer')"
        " AND subject_id = ANY(%s)))"
    )
    theirs = [_FIRST, list(subject.profile_ids), list(subject.customer_ids)]
    # What a form or a program sent is kept with the run; it goes with what the run did.
    execute(
        "UPDATE objects_run SET input = '{}' WHERE cause IN"
        f" (SELECT cause FROM timeline_event WHERE {where} AND cause IS NOT NULL)",
        theirs,
    )
    count = _rewrite(where, theirs, subject)
    if merges:
        count += _rewrite(
            "occurred_at > %s AND profile_id = ANY(%s) AND type = ANY(%s) AND (properties->>'merge')::bigint = ANY(%s)",
            [_FIRST, winning_profiles(subject), told, merges], subject,
        )  # fmt: skip
    return count


def winning_profiles(subject: Subject) -> list[int]:
    """The profiles of those into whom the person was merged: their timelines tell of it."""
    return [row[0] for row in fetch(
        "SELECT p.id FROM customers_profile p JOIN customers_merge m ON m.winner_id = p.made_for_id"
        " WHERE m.loser_id = ANY(%s)",
        [list(subject.customer_ids)])]  # fmt: skip


def erase_changes(held: Held) -> None:
    """Of this room's records everything that was ever written; of others' the fields that are declared personal."""
    for key, ids in held.items():
        if not ids:
            continue
        if key.startswith("customers.") or key == COMMENTS:
            execute(
                "UPDATE timeline_change SET \"values\" = '{}' WHERE object_key = %s AND record_id = ANY(%s)",
                [key, list(ids)],
            )
        elif key in object_types:
            personal = [field.key for field in object_types[key].fields if field.is_personal]
            execute(
                'UPDATE timeline_change SET "values" = "values" - %s::text[]'
                " WHERE object_key = %s AND record_id = ANY(%s)",
                [personal, key, list(ids)],
            )
        execute(
            "UPDATE objects_run SET input = '{}' WHERE id IN (SELECT run_id FROM timeline_change WHERE object_key = %s"
            " AND record_id = ANY(%s) AND run_id IS NOT NULL)",
            [key, list(ids)],
        )


def scrub_free_text(tables: Iterable[FreeText], subject: Subject) -> Held:
    """What others wrote about the person, in the records and in what the logs say of these records; which they were."""
    mentioned: dict[str, Sequence[int]] = {}
    for each in tables:
        if not each.object_key:
            scrub(each.table, each.columns, subject.terms)
            continue
        ids = scrub(each.table, each.columns, subject.terms, returning="id")
        if ids:
            mentioned[each.object_key] = ids
            _fold_anew(each.object_key, ids)
            scrub(
                "timeline_change",
                ["values"],
                subject.terms,
                params=[each.object_key, ids],
                where="object_key = %s AND record_id = ANY(%s)",
            )
            scrub(
                "timeline_event",
                ["properties"],
                subject.terms,
                params=[_FIRST, each.object_key, ids],
                where="occurred_at > %s AND subject_kind = %s AND subject_id = ANY(%s)",
            )
    return mentioned


def _fold_anew(object_key: str, ids: Sequence[int]) -> None:
    """What search compares is made of the texts."""
    if object_key == COMMENTS:
        index_anew(ids)
        return
    kind = object_types.get(object_key)
    if kind is None or not is_searchable(kind):
        return
    keys = {*kind.search, kind.title}
    names = ", ".join(f'"{field.sql_column}" AS "{field.key}"' for field in kind.fields if field.key in keys)
    rows = fetch_dicts(f'SELECT id, {names} FROM "{kind.table}" WHERE id = ANY(%s)', [list(ids)])
    update_rows(kind, {row["id"]: search_values(kind, row) for row in rows})


def _rewrite(where: str, params: Sequence[Any], subject: Subject) -> int:
    count = 0
    with streamed(
        f"SELECT id, occurred_at, type, class::text, properties::text FROM timeline_event WHERE {where}", params,
        batch=_BATCH,
    ) as rows:  # fmt: skip
        batch: list[tuple[Any, Any, str]] = []
        for id, at, type, kind, properties in rows:
            batch.append((id, at, json.dumps(_kept(type, kind == "d", json.loads(properties), subject))))
            if len(batch) == _BATCH:
                count += _write(batch)
                batch = []
        return count + _write(batch)


def _write(batch: Sequence[tuple[Any, Any, str]]) -> int:
    if not batch:
        return 0
    ids, moments, properties = zip(*batch, strict=True)
    return execute(
        "UPDATE timeline_event e SET properties = new.properties"
        " FROM unnest(%s::uuid[], %s::timestamptz[], %s::jsonb[]) AS new (id, at, properties)"
        " WHERE e.id = new.id AND e.occurred_at = new.at AND e.occurred_at BETWEEN %s AND %s",
        [list(ids), list(moments), list(properties), min(moments), max(moments)],
    )


def _kept(type: str, is_derived: bool, properties: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    declared = event_types.get(type)
    if declared is None:
        return {key: value for key, value in properties.items() if isinstance(value, int | float)}
    kinds = {each.key: each for each in declared.properties}
    kept = {
        key: value for key, value in properties.items()
        if is_derived or (key in kinds and (kinds[key].kind != "text" or kinds[key].choices))
    }  # fmt: skip
    return {key: _without(value, subject) for key, value in kept.items()}


def _without(value: Any, subject: Subject) -> Any:
    if isinstance(value, str):
        for term in subject.terms:
            at = value.lower().find(term.lower())
            while at >= 0:
                value = value[:at] + ERASED + value[at + len(term) :]
                at = value.lower().find(term.lower())
        return value
    if isinstance(value, Mapping):
        return {key: _without(each, subject) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, subject) for each in value]
    return value
