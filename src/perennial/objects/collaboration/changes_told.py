"""Telling followers what others changed: a reader of the change log, a batch a turn."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perennial.foundation.sql import fetch, fetch_one
from perennial.objects.collaboration.following import actors_of
from perennial.objects.field_rights import hidden
from perennial.objects.query import allowed_ids
from perennial.objects.record_fields import field_of
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType, object_types
from perennial.timeline.consumers import advance, go_to_end, next_batch
from perennial.timeline.notifications import notify
from perennial.workspace.actor import SYSTEM, Actor

CONSUMER = "followers"
_BATCH = 5_000
_FIELDS = 4  # that a sentence names


@dataclass(slots=True)
class _Changed:
    """What one actor did to one record within a batch."""

    keys: dict[str, None] = field(default_factory=dict)
    is_deleted: bool = False


def tell_followers() -> int:
    """One turn; how many changes were read. What was changed before anybody could follow is not told."""
    if fetch_one("SELECT 1 FROM timeline_consumer WHERE name = %s", [CONSUMER]) is None:
        go_to_end(CONSUMER, "timeline_change")
    with transaction.atomic():
        batch = next_batch(
            CONSUMER, "timeline_change", 'l.object_key, l.record_id, l.kind, l.actor, l."values"::text', limit=_BATCH
        )
        if batch is None:
            return 0
        _tell(batch.rows)
        advance(CONSUMER, "timeline_change", batch)
    return len(batch.rows)


def _tell(rows: Iterable[tuple[Any, ...]]) -> None:
    changed: dict[tuple[str, int, str], _Changed] = {}
    for object_key, record_id, kind, actor, values in rows:
        if kind not in ("update", "delete"):
            continue
        what = changed.setdefault((object_key, record_id, actor), _Changed())
        what.is_deleted = what.is_deleted or kind == "delete"
        if kind == "update":
            what.keys.update(dict.fromkeys(json.loads(values)))
    if not changed:
        return
    following = _following(changed)
    if not following:
        return
    actors = actors_of({user_id for users in following.values() for user_id in users})
    names = _names({actor for _key, _id, actor in changed})
    for (object_key, record_id, actor), what in changed.items():
        kind = object_types.get(object_key)
        if kind is None:
            continue
        for user_id in following.get((object_key, record_id), ()):
            told = actors.get(user_id)
            if told is not None and told.log_name != actor:
                _tell_one(kind, record_id, what, names.get(actor, SYSTEM.name), told)


def _tell_one(kind: ObjectType, record_id: int, what: _Changed, name: str, told: Actor) -> None:
    """Only of what they may see: a deleted record was theirs to see before, and is told by its number alone."""
    if what.is_deleted:
        if not allowed_ids(kind, [record_id], by=told, verb="view", with_deleted=True):
            return
        with translation.override(told.language):
            title = f"{kind.label} #{record_id}"
            notify([told.id], _("%(name)s deleted %(title)s.") % {"name": name, "title": title})
        return
    gone = hidden(kind, told)
    keys = [key for key in what.keys if key not in gone]
    if not keys or not allowed_ids(kind, [record_id], by=told, verb="view"):
        return
    title = titles_of([(kind.key, record_id)], by=told).get((kind.key, record_id)) or f"#{record_id}"
    with translation.override(told.language):
        labels = [str(found.label) if (found := field_of(kind, key)) else key for key in keys[:_FIELDS]]
        words = {"name": name, "title": title, "fields": ", ".join(labels) + ("…" if len(keys) > _FIELDS else "")}
        notify([told.id], _("%(name)s changed %(title)s: %(fields)s.") % words, url=f"/o/{kind.key}/{record_id}/")


def _following(changed: Iterable[tuple[str, int, str]]) -> dict[tuple[str, int], list[int]]:
    pairs = sorted({(key, id) for key, id, _actor in changed})
    found: dict[tuple[str, int], list[int]] = {}
    for key, id, user_id in fetch(
        "SELECT f.object_key, f.record_id, f.user_id FROM unnest(%s::text[], %s::bigint[]) c(k, i)"
        " JOIN objects_follower f ON f.object_key = c.k AND f.record_id = c.i AND NOT f.is_off",
        [[key for key, _id in pairs], [id for _key, id in pairs]],
    ):
        found.setdefault((key, id), []).append(user_id)
    return found


def _names(actors: set[str]) -> dict[str, str]:
    users = {int(each[5:]): each for each in actors if each.startswith("user:")}
    rows = fetch("SELECT id, name FROM workspace_user WHERE id = ANY(%s)", [list(users)])
    return {users[id]: name for id, name in rows}
