"""Who may do what with which records, as one condition: the only place where rights become queries."""

from __future__ import annotations

from perennial.conditions.resolver import Me
from perennial.conditions.tree import FALSE, TRUE, All, Any, Compare, Condition, Op, walk
from perennial.foundation.sql import fetch
from perennial.objects.fields import Field, Ref
from perennial.objects.types import ObjectType, Owned, Shared, Through, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb


def predicate(kind: ObjectType, *, by: Actor, verb: Verb) -> Condition:
    """Which records of this kind the actor may use the verb on. Both compilers compile it; FALSE means none."""
    if not kind.parts:
        return _reaching(kind, "", by.reach(kind.key, verb), by)
    parts = [object_types[key] for key in kind.parts if key in object_types]
    allowed = [predicate(part, by=by, verb=verb) for part in parts]
    if all(each == allowed[0] for each in allowed[1:]):
        return allowed[0] if allowed else FALSE
    return Any(tuple(All((part.base, each)) for part, each in zip(parts, allowed, strict=True) if each != FALSE))


def widest_reach(kind: ObjectType, *, by: Actor, verb: Verb) -> Reach:
    """How far the actor reaches at most. NONE: to this actor the kind does not exist."""
    return max((by.reach(key, verb) for key in kind.parts or (kind.key,)), default=Reach.NONE)


def me_of(by: Actor, *conditions: Condition) -> Me:
    """Whoever asks, as the compilers want to know it. Team mates are looked up only when a condition asks for them."""
    asks = any(isinstance(node, Compare) and node.op is Op.MY_TEAM for each in conditions for _, node in walk(each))
    mates: tuple[int, ...] = ()
    if asks and by.team_ids:
        mates = tuple(
            user_id
            for (user_id,) in fetch(
                "SELECT DISTINCT user_id FROM workspace_user_teams WHERE team_id = ANY(%s)", [list(by.team_ids)]
            )
        )
    if asks and by.user_id is not None and by.user_id not in mates:
        mates = (*mates, by.user_id)
    return Me(by.user_id, by.team_ids, mates)


def through_field(kind: ObjectType) -> Field | None:
    """The field by which a kind with `Through` finds the record that decides."""
    access = kind.access
    if not isinstance(access, Through):
        return None
    declared = next((field for field in kind.fields if field.sql_column == access.column), None)
    return declared or Ref(access.column.removesuffix("_id"), "", access.object_key, column=access.column)


def _reaching(kind: ObjectType, prefix: str, reach: Reach, by: Actor) -> Condition:
    match kind.access:
        case Shared():
            return TRUE if reach > Reach.NONE else FALSE
        case Through(_, object_key):
            target, field = object_types.get(object_key), through_field(kind)
            if target is None or field is None:
                return FALSE
            return _reaching(target, f"{prefix}{field.key}.", min(reach, widest_reach(target, by=by, verb="view")), by)
        case Owned():
            return _owned(prefix, reach)
    return FALSE


def _owned(prefix: str, reach: Reach) -> Condition:
    owner, team = f"{prefix}owner", f"{prefix}team"
    match reach:
        case Reach.ALL:
            return TRUE
        case Reach.TEAM:
            return Any((Compare(owner, Op.ME), Compare(owner, Op.MY_TEAM), Compare(team, Op.MY_TEAM)))
        case Reach.OWN:
            return Compare(owner, Op.ME)
    return FALSE
