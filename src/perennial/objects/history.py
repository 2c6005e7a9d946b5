"""What was changed in a record, when, by whom and by which act: read from the change log, latest first."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from perennial.conditions.resolver import Sql
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.actions import actions
from perennial.objects.field_rights import hidden, visible_values
from perennial.objects.fields import Link, LinkType
from perennial.objects.record_fields import field_of
from perennial.objects.statements import selection
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import Reach

_UNDONE_BY_HAND = frozenset({"create", "update", "upsert", "delete", "restore", "undo", "import"})


class FieldChange(NamedTuple):
    """Values as the change log keeps them; those that name a record are a `Link`."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`id` is the place in the log, for `before`. `kind` is create, update, delete, restore, merge …"""

    id: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    kind: str
    changes: list[FieldChange]
    run_id: int | None
    can_undo: bool
    for_name: str = ""  # in whose place, while they were away


def history(
    kind: ObjectType, record_id: int, *, by: Actor, before: int | None = None, limit: int = 30
) -> list[HistoryEntry]:
    """The changes of a record that the actor may see; `before` goes on from the id of the last entry."""
    if widest_reach(kind, by=by, verb="view") is Reach.NONE or not 0 < record_id < 2**63:
        raise NotFound
    chosen = selection(kind, by=by, verb="view")
    alias = chosen.tables.alias
    seen = chosen.statement(f"{alias}.id", also=[Sql(f"{alias}.id = %s", (record_id,))])
    keys = [each.key for each in object_types.values() if each.table == kind.table] or [kind.key]
    gone = hidden(kind, by)
    told = Sql(""" AND (c.kind <> 'update' OR c."values" - %s::text[] <> '{}')""", (list(gone),)) if gone else Sql("")
    rows = fetch(
        'SELECT c.id, c.occurred_at, c.actor, coalesce(u.name, k.name), c.action, c.kind, c."values", c.run_id,'
        " r.id IS NOT NULL AND r.undone_by IS NULL, coalesce(f.name, '')"
        " FROM timeline_change c"
        " LEFT JOIN workspace_user u ON u.id = CASE WHEN c.actor LIKE 'user:%%' THEN substr(c.actor, 6)::bigint END"
        " LEFT JOIN workspace_apikey k ON k.id = CASE WHEN c.actor LIKE 'key:%%' THEN substr(c.actor, 5)::bigint END"
        " LEFT JOIN workspace_user f ON f.id = c.for_user_id LEFT JOIN objects_run r ON r.id = c.run_id"
        f" WHERE c.object_key = ANY(%s) AND c.record_id IN ({seen.text}) AND c.id < %s{told.text}"
        " ORDER BY c.id DESC LIMIT %s",
        [keys, *seen.params, before or 2**63 - 1, *told.params, max(1, min(limit, 200))],
    )
    if not rows and before is None:  # every record has a first change
        raise NotFound
    entries = [
        HistoryEntry(
            id,
            at,
            actor,
            name or SYSTEM.name,
            action,
            change,
            _changes(change, visible_values(kind, json.loads(values), by)),
            run_id,
            is_undoable and _can_undo(action),
            for_name,
        )
        for id, at, actor, name, action, change, values, run_id, is_undoable, for_name in rows
    ]
    return _named(kind, entries, by)


def _changes(change: str, values: dict[str, Any]) -> list[FieldChange]:
    if change == "update":
        return [
            FieldChange(key, *pair) if isinstance(pair, list) and len(pair) == 2 else FieldChange(key, None, pair)
            for key, pair in values.items()
        ]
    return [FieldChange(key, None, value) for key, value in values.items()]


def _can_undo(action: str) -> bool:
    return action in _UNDONE_BY_HAND or (action in actions and actions[action].can_undo)


def _named(kind: ObjectType, entries: list[HistoryEntry], by: Actor) -> list[HistoryEntry]:
    """With a `Link` where the log has the id of a record, a user or a team: one statement for all of them."""
    links = {
        declared.key: declared.type.object_key
        for key in {change.field for entry in entries for change in entry.changes}
        if (declared := field_of(kind, key)) is not None and isinstance(declared.type, LinkType)
    }
    wanted = {
        (links[change.field], value)
        for entry in entries
        for change in entry.changes
        if change.field in links
        for value in change[1:]
        if isinstance(value, int)
    }
    titles = titles_of(wanted, by=by) if wanted else {}

    def named(change: FieldChange) -> FieldChange:
        object_key = links.get(change.field)
        if object_key is None:
            return change
        return FieldChange(
            change.field,
            *(
                Link(object_key, value, titles.get((object_key, value), "")) if isinstance(value, int) else value
                for value in change[1:]
            ),
        )

    return [replace(entry, changes=[named(change) for change in entry.changes]) for entry in entries]
