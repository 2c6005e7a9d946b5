"""From what happened to the records that rules must be asked about: set-based, whatever the number of rules."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from psycopg import sql

from perennial.foundation.sql import fetch
from perennial.objects.belonging import pairs_of, records_of_profiles
from perennial.objects.columns import model_columns
from perennial.objects.fields import RefsType
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of
from perennial.objects.types import object_types
from perennial.rules.index import Index
from perennial.rules.wakes import Step, Steps, Wake, family

Ids = set[int]
ByRule = dict[int, Ids]


class Happened(NamedTuple):
    """An event, as far as it matters here."""

    type: str
    profile_id: int | None
    subject_kind: str | None
    subject_id: int | None


class Change(NamedTuple):
    """A row of the change log: `fields` are those that an update changed, `mentions` what it says of references."""

    object_key: str
    record_id: int
    kind: str
    fields: frozenset[str]
    mentions: Mapping[str, Any]


def change_columns(index: Index) -> str:
    """The columns of the change log that the rules ask for, as trusted SQL: names are the house's, and quoted."""
    referring: dict[str, set[str]] = defaultdict(set)
    for woken in index.records.values():
        for _rule, wake in woken:
            if wake.steps and wake.steps[0].way == "down":
                for key in family(object_types[wake.object_key]):
                    referring[key] |= {wake.steps[0].field, f"{wake.steps[0].field}_id"}
    keys = _listed(index.records)
    parts = " ".join(
        f"WHEN {_quoted(key)} THEN jsonb_build_object("
        + ", ".join(f'{_quoted(field)}, l."values" -> {_quoted(field)}' for field in sorted(fields))
        + ")"
        for key, fields in sorted(referring.items())
    )
    mentions = f"CASE l.object_key {parts} END" if parts else "NULL::jsonb"
    return (
        "l.object_key, l.record_id, l.kind, CASE WHEN l.kind = 'update' AND l.object_key IN "
        f'({keys}) AND jsonb_typeof(l."values") = \'object\' THEN ARRAY(SELECT jsonb_object_keys(l."values")) END,'
        f" {mentions}"
    )


def read_change(row: tuple[Any, ...]) -> Change:
    object_key, record_id, kind, fields, mentions = row
    return Change(object_key, record_id, kind, frozenset(fields or ()), json.loads(mentions) if mentions else {})


def by_events(index: Index, events: Iterable[Happened]) -> ByRule:
    """By rule, the records that these events may have moved."""
    profiles: dict[str, Ids] = defaultdict(set)
    subjects: dict[str, dict[str, Ids]] = defaultdict(lambda: defaultdict(set))
    for each in events:
        if each.type in index.events:
            if each.profile_id is not None:
                profiles[each.type].add(each.profile_id)
            if each.subject_kind and each.subject_id is not None:
                subjects[each.type][each.subject_kind].add(each.subject_id)
    types = profiles.keys() | subjects.keys()
    kinds = {wake.object_key for type in types for _rule, wake in index.events[type]}
    owners = {key: _owners(key, set().union(*profiles.values())) for key in kinds} if types else {}
    found: ByRule = defaultdict(set)
    walker = _Walker()
    for type in types:
        for rule_id, wake in index.events[type]:
            mapped = owners[wake.object_key]
            if mapped is None:
                keys = family(object_types[wake.object_key]) if wake.object_key in object_types else ()
                ids = set().union(*(subjects[type][key] for key in keys if key in subjects[type]))
            else:
                ids = {record for profile in profiles[type] for record in mapped.get(profile, ())}
            found[rule_id] |= walker.walk(ids, wake.steps)
    return found


def by_changes(index: Index, changes: Sequence[Change]) -> ByRule:
    """The same of changes of records."""
    found: ByRule = defaultdict(set)
    by_key: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.object_key in index.records:
            by_key[change.object_key].append(change)
    walker = _Walker()
    for key, some in by_key.items():
        known: dict[tuple[frozenset[str], Steps], Ids] = {}
        for rule_id, wake in index.records[key]:
            asked = (wake.fields, wake.steps)
            if asked not in known:
                told = [each for each in some if _matters(each, wake)]
                ids = {each.record_id for each in told}
                known[asked] = walker.walk(ids, wake.steps, also=_mentioned(told, wake.steps)) if told else set()
            found[rule_id] |= known[asked]
    return found


def by_notes(woken: Mapping[str, list[tuple[int, Wake]]], notes: Mapping[str, Ids]) -> ByRule:
    """The same of rows that were written in tables behind facts, and of members that came and went."""
    found: ByRule = defaultdict(set)
    walker = _Walker()
    for name, ids in notes.items():
        for rule_id, wake in woken.get(name, ()):
            found[rule_id] |= walker.walk(ids, wake.steps)
    return found


def joined(*parts: ByRule) -> ByRule:
    found: ByRule = defaultdict(set)
    for part in parts:
        for rule_id, ids in part.items():
            if ids:
                found[rule_id] |= ids
    return found


def walk_steps(ids: Ids, steps: Steps) -> Ids:
    return _Walker().walk(ids, steps)


class _Walker:
    """Takes each way from each set of records once."""

    def __init__(self) -> None:
        self.known: dict[tuple[frozenset[int], Step], Ids] = {}

    def walk(self, ids: Ids, steps: Steps, also: Ids = frozenset()) -> Ids:  # type: ignore[assignment]
        """`also` are records that the first step leads to besides."""
        for number, step in enumerate(steps):
            if not ids and not (also and number == 0):
                return set()
            asked = (frozenset(ids), step)
            if asked not in self.known:
                self.known[asked] = _step(ids, step) if ids else set()
            ids = self.known[asked] | (also if number == 0 else set())
        return ids


def _step(ids: Ids, step: Step) -> Ids:
    """One statement."""
    if step.way == "owner":
        return records_of_profiles(step.object_key, ids)
    kind = object_types.get(step.object_key)
    field = field_of(kind, step.field) if kind is not None else None
    if kind is None or field is None:
        return set()
    column, given = sql_of(field, "r"), sorted(ids)
    is_many = isinstance(field.type, RefsType)
    if step.way == "up":
        test = f"{column} && %s::bigint[]" if is_many else f"{column} = ANY(%s::bigint[])"
        alive = " AND r.deleted_at IS NULL" if "deleted_at" in model_columns(kind.model) else ""
        rows = fetch(f'SELECT r.id FROM "{kind.table}" r WHERE {test}{alive}', [given])
    else:
        value = f"unnest({column})" if is_many else column
        rows = fetch(f'SELECT DISTINCT {value} FROM "{kind.table}" r WHERE r.id = ANY(%s::bigint[])', [given])
    return {id for (id,) in rows if id is not None}


def _owners(object_key: str, profiles: Ids) -> dict[int, list[int]] | None:
    """By profile, the records of the kind for which it counts; None for a kind whose events have it as subject."""
    pairs = pairs_of(object_key)
    if pairs is None:
        return None
    owners: dict[int, list[int]] = defaultdict(list)
    if profiles:
        asked = f"SELECT w.profile_id, w.record_id FROM ({pairs}) w WHERE w.profile_id = ANY(%s::bigint[])"
        for profile_id, record_id in fetch(asked, [sorted(profiles)]):
            owners[profile_id].append(record_id)
    return owners


def _matters(change: Change, wake: Wake) -> bool:
    """Whatever is more than an update (coming, going, merging, erasing) matters to all."""
    if change.kind != "update" or not wake.fields:
        return True
    return bool(change.fields & wake.fields) or any(f"{field}_id" in change.fields for field in wake.fields)


def _mentioned(changes: Iterable[Change], steps: Steps) -> Ids:
    """Whom the records referred to before, and after."""
    if not steps or steps[0].way != "down":
        return set()
    names = (steps[0].field, f"{steps[0].field}_id")
    return set().union(*(_ids_in(each.mentions.get(name)) for each in changes for name in names))


def _ids_in(value: Any) -> Ids:
    """Ids in the value of a change: 7, [7, 8] (old and new, or several), {"id": 7}."""
    if isinstance(value, list):
        return set().union(*map(_ids_in, value)) if value else set()
    if isinstance(value, dict):
        return _ids_in(value.get("id"))
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(map(_quoted, sorted(keys))) or "''"


def _quoted(text: str) -> str:
    """A literal of the house's own word; a percent sign would be taken for a parameter."""
    return sql.Literal(text).as_string(connection.connection).replace("%", "%%")
