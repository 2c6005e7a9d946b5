"""Who sees a record, who may change it, and why: the grounds of `access`, asked one by one for everybody at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from perennial.conditions.resolver import Me, Sql
from perennial.conditions.tree import TRUE
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import Ground, Why, grounds, widest_reach
from perennial.objects.columns import Tables
from perennial.objects.query import allowed_ids
from perennial.objects.sharing.reading import every_set
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor, actor_of_key, actors_of_users
from perennial.workspace.models import ApiKey, User
from perennial.workspace.rights import Reach, Verb

_AT_ONCE = 200  # grounds asked by one statement


@dataclass(slots=True)
class Seer:
    """A user or a key, and on which grounds they see and may change the record. Without any it is not theirs."""

    actor: Actor
    role: str
    view: list[Why] = field(default_factory=list)
    edit: list[Why] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A ground of one actor, whose answer goes to `into`."""

    kind: ObjectType
    actor: Actor
    mates: tuple[int, ...]
    ground: Ground
    into: list[Why]


def seers_of(kind: ObjectType, record_id: int, *, by: Actor) -> list[Seer]:
    """Everybody who sees the record, people before keys. `NotFound` when it is not the actor's to see."""
    if kind.parts or record_id not in allowed_ids(kind, [record_id], by=by, verb="view"):
        raise NotFound
    return [seer for seer in _judged(kind, record_id, User.objects.filter(is_active=True), _keys()) if seer.view]


def seer_named(kind: ObjectType, record_id: int, user_id: int, *, by: Actor) -> Seer | None:
    """The same of one person, also when they do not see it; None when there is no such person."""
    if kind.parts or record_id not in allowed_ids(kind, [record_id], by=by, verb="view"):
        raise NotFound
    found = _judged(kind, record_id, User.objects.filter(pk=user_id, is_active=True), ())
    return found[0] if found else None


def _keys() -> Iterable[ApiKey]:
    return ApiKey.objects.filter(kind=ApiKey.Kind.API, revoked_at=None).select_related("role").order_by("name")


def _judged(kind: ObjectType, record_id: int, users: Iterable[User], keys: Iterable[ApiKey]) -> list[Seer]:
    people = sorted(users, key=lambda user: user.name)
    seers = [
        *(Seer(actor, user.role.name) for user, actor in zip(people, actors_of_users(people), strict=True)),
        *(Seer(actor_of_key(key), key.role.name if key.role else "") for key in keys),
    ]
    mates = _mates([seer.actor for seer in seers])
    asked: list[_Asked] = []
    for seer in seers:
        asked += _questions(kind, seer, mates)
    for start in range(0, len(asked), _AT_ONCE):
        _ask(record_id, asked[start : start + _AT_ONCE])
    return seers


def _questions(kind: ObjectType, seer: Seer, mates: dict[int, tuple[int, ...]]) -> list[_Asked]:
    """What is to be asked of the record; a role that reaches all records needs no question."""
    asked = []
    verbs: tuple[tuple[Verb, list[Why]], ...] = (("view", seer.view), ("edit", seer.edit))
    for verb, into in verbs:
        if widest_reach(kind, by=seer.actor, verb=verb) is Reach.NONE or (verb == "edit" and not kind.can_edit):
            continue
        for ground in grounds(kind, by=seer.actor, verb=verb):
            if ground.condition == TRUE:
                into.append(ground.why)
            else:
                asked.append(_Asked(kind, seer.actor, mates.get(seer.actor.user_id or 0, ()), ground, into))
    return asked


def _ask(record_id: int, asked: Sequence[_Asked]) -> None:
    branches = [_branch(number, each, record_id) for number, each in enumerate(asked)]
    rows = fetch(
        " UNION ALL ".join(branch.text for branch in branches),
        [param for branch in branches for param in branch.params],
    )
    for number in sorted(number for (number,) in rows):
        asked[number].into.append(asked[number].ground.why)


def _branch(number: int, each: _Asked, record_id: int) -> Sql:
    actor, condition = each.actor, each.ground.condition
    me = Me(actor.user_id, actor.team_ids, each.mates, actor.absent_ids, every_set(condition, actor))
    tables = Tables(each.kind, actor, me)
    where = tables.where(condition, is_trusted=True)
    source = tables.sql()
    return Sql(
        f"SELECT {number} FROM {source.text} WHERE {tables.alias}.id = %s AND ({where.text})",
        (*source.params, record_id, *where.params),
    )


def _mates(actors: Sequence[Actor]) -> dict[int, tuple[int, ...]]:
    """The team mates of everybody, by one statement; themselves among them, as `access.me_of` has it."""
    rows = fetch(
        "SELECT a.user_id, array_agg(DISTINCT b.user_id) FROM workspace_user_teams a"
        " JOIN workspace_user_teams b ON b.team_id = a.team_id WHERE a.user_id = ANY(%s::bigint[]) GROUP BY 1",
        [[actor.user_id for actor in actors if actor.user_id is not None]],
    )
    found = {user_id: tuple(mates) for user_id, mates in rows}
    return {actor.user_id: found.get(actor.user_id, (actor.user_id,)) for actor in actors if actor.user_id is not None}
