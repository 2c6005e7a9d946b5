"""What was shared with an actor, record by record: ids for the predicate of `access`.

A set of shares has a name, "view:<table>" or "edit:<table>": kinds that live in one table have their ids in common, so
that a union of kinds asks one question about all of its parts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import Among, Condition, walk
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor

NAMED = 1_000  # shares that are named in a statement; whoever has more has them selected
_KEPT_SECONDS = 0.5  # within a request the same is not asked again for every list on the page

_MINE = (
    "FROM objects_share s WHERE (s.user_id = %s OR s.team_id = ANY(%s::bigint[])) AND (s.until IS NULL OR s.until > %s)"
)


def set_of(kind: ObjectType, verb: str) -> str:
    return f"{verb}:{kind.table}"


def members_of(name: str) -> tuple[bool, list[str]]:
    """Whether only shares for changing count, and the kinds whose shares are in the set."""
    verb, _colon, table = name.partition(":")
    return verb == "edit", [each.key for each in object_types.values() if each.table == table]


def sets_of(names: Iterable[str], by: Actor) -> dict[str, Any]:
    """The ids of each set; an `Sql` that selects them where they are many. At most one statement."""
    shares = _shares(by)
    if shares is None:
        return {name: _selected(name, by) for name in names}
    found = {}
    for name in names:
        is_edit, keys = members_of(name)
        found[name] = tuple(id for key, reach, id in shares if key in keys and (reach == "edit" or not is_edit))
    return found


def every_set(condition: Condition, by: Actor) -> dict[str, Any]:
    """The sets that a condition asks for, each as an `Sql`: for statements that ask on behalf of many."""
    return {node.set: _selected(node.set, by) for _depth, node in walk(condition) if isinstance(node, Among)}


def forget_shares(by: Actor) -> None:
    """After the actor has shared something, or taken it back."""
    by.rights.memo.pop(("shares", by.user_id), None)


def _shares(by: Actor) -> list[tuple[str, str, int]] | None:
    """All that is shared with the actor now; None when it is too much to be named."""
    if by.user_id is None:
        return []
    key = ("shares", by.user_id)
    known: tuple[float, list[tuple[str, str, int]] | None] | None = by.rights.memo.get(key)
    if known is None or known[0] < time.monotonic():
        rows = fetch(
            f"SELECT s.object_key, s.reach, s.record_id {_MINE} LIMIT {NAMED + 1}",
            [by.user_id, list(by.team_ids), clock.real_now()],
        )
        known = (time.monotonic() + _KEPT_SECONDS, rows if len(rows) <= NAMED else None)
        by.rights.memo[key] = known
    return known[1]


def _selected(name: str, by: Actor) -> Sql:
    is_edit, keys = members_of(name)
    also = " AND s.reach = 'edit'" if is_edit else ""
    return Sql(
        f"SELECT s.record_id {_MINE} AND s.object_key = ANY(%s::text[]){also}",
        (by.user_id, list(by.team_ids), clock.real_now(), keys),
    )
