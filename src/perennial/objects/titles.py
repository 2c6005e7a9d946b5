"""What records, users and teams are called, for the places that hold only their ids."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.cells import title_column
from perennial.objects.fields.ref import TEAM, USER
from perennial.objects.statements import selection
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_PEOPLE = {USER: "workspace_user", TEAM: "workspace_team"}


def titles_of(wanted: Iterable[tuple[str, int]], *, by: Actor) -> dict[tuple[str, int], str]:
    """The titles of (kind, id) pairs, by one statement; what the actor may not see is missing."""
    by_kind: dict[str, list[int]] = {}
    for object_key, record_id in wanted:
        by_kind.setdefault(object_key, []).append(record_id)
    branches = [branch for key, ids in by_kind.items() if (branch := _branch(key, ids, by)) is not None]
    if not branches:
        return {}
    rows = fetch(
        " UNION ALL ".join(branch.text for branch in branches),
        tuple(param for branch in branches for param in branch.params),
    )
    return {(key, record_id): title or "" for key, record_id, title in rows}


def title_of(object_key: str, record_id: int, *, by: Actor) -> str:
    """The title, or the number where there is none to see."""
    return titles_of([(object_key, record_id)], by=by).get((object_key, record_id), f"#{record_id}")


def _branch(object_key: str, ids: list[int], by: Actor) -> Sql | None:
    if object_key in _PEOPLE:
        table = _PEOPLE[object_key]
        return Sql(f"SELECT %s::text, id, name FROM {table} WHERE id = ANY(%s::bigint[])", (object_key, ids))
    kind = object_types.get(object_key)
    if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return None
    chosen = selection(kind, by=by, verb="view")
    alias = chosen.tables.alias
    inner = chosen.statement(
        f"%s::text, {alias}.id, {title_column(kind, alias)}", also=[Sql(f"{alias}.id = ANY(%s::bigint[])", (ids,))]
    )
    return Sql(inner.text, (object_key, *inner.params))
