"""Which views somebody has of a kind, and which of them they see first."""

from __future__ import annotations

import json
from dataclasses import dataclass

from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.types import ObjectType, object_types
from perennial.objects.views.spec import ViewSpec, spec_from_json
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

SHARE = "views.share"  # the permission to share with everybody, and to change what others share
_COLUMNS = (
    "v.id, v.object_key, v.name, v.spec, v.owner_id, v.audience, v.team_ids, v.default_role_ids, v.position, v.version,"
    " coalesce((SELECT u.role_id FROM workspace_user u WHERE u.id = %s) = ANY(v.default_role_ids), false)"
)
_SEEN = (
    "v.deleted_at IS NULL AND (v.owner_id = %s OR v.audience = 'everybody'"
    " OR (v.audience = 'teams' AND v.team_ids && %s::bigint[]))"
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as an actor may see it."""

    id: int
    object_key: str
    name: str
    spec: ViewSpec
    owner_id: int | None
    audience: str
    team_ids: tuple[int, ...]
    default_role_ids: tuple[int, ...]
    position: int
    version: int
    is_first: bool  # what the actor's role sees when it opens the list
    may_change: bool


def views_of(kind: ObjectType, *, by: Actor) -> list[SavedView]:
    """Their own and those shared with them, in their order; one statement."""
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return []
    rows = fetch(
        f"SELECT {_COLUMNS} FROM objects_view v WHERE v.object_key = %s AND {_SEEN}"
        " ORDER BY v.position, v.id LIMIT 200",
        [by.user_id, kind.key, by.user_id, list(by.team_ids)],
    )
    return [_view(row, by) for row in rows]


def view_of(view_id: int, *, by: Actor, is_for_change: bool = False) -> SavedView:
    """One view, or `NotFound`. For a change its row is locked."""
    lock = " FOR UPDATE OF v" if is_for_change else ""
    rows = fetch(
        f"SELECT {_COLUMNS} FROM objects_view v WHERE v.id = %s AND {_SEEN}{lock}",
        [by.user_id, view_id, by.user_id, list(by.team_ids)],
    )
    if not rows:
        raise NotFound
    kind = object_types.get(rows[0][1])
    if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise NotFound
    return _view(rows[0], by)


def _view(row: tuple[object, ...], by: Actor) -> SavedView:
    id, object_key, name, spec, owner_id, audience, team_ids, role_ids, position, version, is_first = row
    is_mine = owner_id is not None and owner_id == by.user_id
    return SavedView(
        id, object_key, name, spec_from_json(json.loads(str(spec))), owner_id, audience, tuple(team_ids),  # type: ignore[arg-type]
        tuple(role_ids), position, version, bool(is_first),  # type: ignore[arg-type]
        is_mine or (audience != "private" and by.may(SHARE)),
    )  # fmt: skip
