"""Which of some records match a condition, for the eyes of an actor: one statement for all of them."""

from __future__ import annotations

from collections.abc import Collection

from perennial.conditions import TRUE, Condition
from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.statements import Selection, selection
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def matching(kind: ObjectType, ids: Collection[int], condition: Condition, *, by: Actor) -> set[int]:
    """Those that are there, that the actor may see, and for which the condition holds."""
    if not ids or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return set()
    chosen = members(kind, condition, by=by)
    alias = chosen.tables.alias
    among = Sql(f"{alias}.id = ANY(%s::bigint[])", (list(ids),))
    return {row[0] for row in fetch(*chosen.statement(f"{alias}.id", also=[among]))}


def members(kind: ObjectType, condition: Condition = TRUE, *, by: Actor) -> Selection:
    """All of them, as a statement to go on from."""
    return selection(kind, by=by, verb="view", where=condition)
