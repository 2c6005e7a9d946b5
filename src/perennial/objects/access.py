"""Who may do what with which records, as one condition: the only place where rights become queries.

A right has *grounds*: the role reaches all of a kind, the record is one's own, one stands in for its owner, it belongs
to the team, it was shared. `predicate` is all of them together; `sharing.seeing` asks them one by one, to say why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from perennial.conditions.resolver import Me
from perennial.conditions.tree import FALSE, TRUE, All, Among, Any, Compare, Condition, Op, walk_all
from perennial.foundation.sql import fetch
from perennial.objects.fields import Field, Ref
from perennial.objects.sharing.reading import set_of, sets_of
from perennial.objects.types import ObjectType, Owned, Shared, Through, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

Why = Literal["role", "owner", "deputy", "team", "share"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for which the actor may use a verb on the records that the condition finds."""

    why: Why
    condition: Condition


def predicate(kind: ObjectType, *, by: Actor, verb: Verb) -> Condition:
    """Which records of this kind the actor may use the verb on. Both compilers compile it; FALSE means none."""
    return _over_parts(kind, _predicate, by, verb)


def lasting(kind: ObjectType, *, by: Actor, verb: Verb) -> Condition:
    """The records that the actor may use the verb on for good: not those only shared with them, nor those for whose
    owner they stand in. Nobody makes more of what was lent: such a record is not theirs to give away or to share."""
    return _over_parts(kind, _lasting, by, verb)


def grounds(kind: ObjectType, *, by: Actor, verb: Verb) -> list[Ground]:
    """Why the actor may use the verb on records of a kind that is no union; none when they may not at all."""
    return _reaching(kind, "", by.reach(kind.key, verb), by, verb)


def widest_reach(kind: ObjectType, *, by: Actor, verb: Verb) -> Reach:
    """How far the actor reaches at most. NONE: to this actor the kind does not exist."""
    return max((by.reach(key, verb) for key in kind.parts or (kind.key,)), default=Reach.NONE)


def me_of(by: Actor, *conditions: Condition) -> Me:
    """Whoever asks, as the compilers want to know it. Team mates and what was shared are looked up only when a
    condition asks for them."""
    return me_for(Me(by.user_id, by.team_ids, absent_ids=by.absent_ids), by, *conditions)


def me_for(me: Me, by: Actor, *conditions: Condition) -> Me:
    """The same with what these conditions ask for besides."""
    asks, names = False, set[str]()
    for condition in conditions:
        for _depth, node in walk_all(condition):
            if isinstance(node, Compare):
                asks = asks or node.op is Op.MY_TEAM
            elif isinstance(node, Among) and node.set not in me.sets:
                names.add(node.set)
    if asks and not me.teammate_ids:
        me = replace(me, teammate_ids=_mates(by))
    return replace(me, sets={**me.sets, **sets_of(names, by)}) if names else me


def through_field(kind: ObjectType) -> Field | None:
    """The field by which a kind with `Through` finds the record that decides."""
    access = kind.access
    if not isinstance(access, Through):
        return None
    declared = next((field for field in kind.fields if field.sql_column == access.column), None)
    return declared or Ref(access.column.removesuffix("_id"), "", access.object_key, column=access.column)


def _over_parts(
    kind: ObjectType, condition_of: Callable[[ObjectType, Actor, Verb], Condition], by: Actor, verb: Verb
) -> Condition:
    """Of a union what each part says of its own rows; once, where they all say the same."""
    if not kind.parts:
        return condition_of(kind, by, verb)
    parts = [object_types[key] for key in kind.parts if key in object_types]
    allowed = [condition_of(part, by, verb) for part in parts]
    if all(each == allowed[0] for each in allowed[1:]):
        return allowed[0] if allowed else FALSE
    return Any(tuple(All((part.base, each)) for part, each in zip(parts, allowed, strict=True) if each != FALSE))


def _predicate(kind: ObjectType, by: Actor, verb: Verb) -> Condition:
    return _any(grounds(kind, by=by, verb=verb))


def _lasting(kind: ObjectType, by: Actor, verb: Verb) -> Condition:
    return _any([each for each in grounds(kind, by=by, verb=verb) if each.why not in ("share", "deputy")])


def _mates(by: Actor) -> tuple[int, ...]:
    mates: tuple[int, ...] = ()
    if by.team_ids:
        asked = "SELECT DISTINCT user_id FROM workspace_user_teams WHERE team_id = ANY(%s)"
        mates = tuple(user_id for (user_id,) in fetch(asked, [list(by.team_ids)]))
    return mates if by.user_id is None or by.user_id in mates else (*mates, by.user_id)


def _any(found: list[Ground]) -> Condition:
    conditions = tuple(each.condition for each in found)
    if TRUE in conditions:
        return TRUE
    return conditions[0] if len(conditions) == 1 else Any(conditions)


def _reaching(kind: ObjectType, prefix: str, reach: Reach, by: Actor, verb: Verb) -> list[Ground]:
    if reach is Reach.NONE:
        return []
    match kind.access:
        case Shared():
            return [Ground("role", TRUE)]
        case Through(_, object_key):
            target, field = object_types.get(object_key), through_field(kind)
            if target is None or field is None:
                return []
            there = min(reach, widest_reach(target, by=by, verb="view"))
            found = _reaching(target, f"{prefix}{field.key}.", there, by, verb)
        case Owned():
            found = _owned(prefix, reach, by)
    sees_all = any(each.condition == TRUE for each in found)
    return found if sees_all else [*found, *_shared(kind, prefix, by, verb)]


def _owned(prefix: str, reach: Reach, by: Actor) -> list[Ground]:
    owner, team = f"{prefix}owner", f"{prefix}team"
    if reach is Reach.ALL:
        return [Ground("role", TRUE)]
    found = [] if by.user_id is None else [Ground("owner", Compare(owner, Op.EQ, by.user_id))]
    if by.absent_ids:
        found.append(Ground("deputy", Compare(owner, Op.IN, by.absent_ids)))
    if reach is Reach.TEAM:
        found.append(Ground("team", Any((Compare(owner, Op.MY_TEAM), Compare(team, Op.MY_TEAM)))))
    return found


def _shared(kind: ObjectType, prefix: str, by: Actor, verb: Verb) -> list[Ground]:
    """Sharing lets others see or change a record; deleting and exporting it stay with the reach of their role."""
    if by.user_id is None or verb not in ("view", "edit"):
        return []
    return [Ground("share", Among(f"{prefix}id", set_of(kind, verb)))]
