"""Telling followers what others changed: a reader of the change log, a batch a turn."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
_EACH = 5  # records that are told one by one


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
    heard: dict[tuple[int, str], list[tuple[ObjectType, int, _Changed]]] = {}
    for (object_key, record_id, actor), what in changed.items():
        declared = object_types.get(object_key)
        for user_id in following.get((object_key, record_id), ()):
            if declared is not None and user_id in actors and actors[user_id].log_name != actor:
                heard.setdefault((user_id, actor), []).append((declared, record_id, what))
    for (user_id, actor), found in heard.items():
        _tell_one(actors[user_id], names.get(actor, SYSTEM.name), _seen(found, actors[user_id]))


def _seen(found: list[tuple[ObjectType, int, _Changed]], told: Actor) -> list[tuple[ObjectType, int, _Changed]]:
    """Those whose record and one of whose changed fields they may see; a deleted one was theirs to see before."""
    by_kind: dict[str, list[int]] = {}
    for kind, record_id, _what in found:
        by_kind.setdefault(kind.key, []).append(record_id)
    allowed = {
        key: allowed_ids(object_types[key], ids, by=told, verb="view", with_deleted=True)
        for key, ids in by_kind.items()
    }
    seen = []
    for kind, record_id, what in found:
        keys = {key: None for key in what.keys if key not in hidden(kind, told)}
        if record_id in allowed[kind.key] and (keys or what.is_deleted):
            seen.append((kind, record_id, _Changed(keys, what.is_deleted)))
    return seen


def _tell_one(told: Actor, name: str, seen: list[tuple[ObjectType, int, _Changed]]) -> None:
    """A sentence each; one for all where somebody changed many at once."""
    with translation.override(told.language):
        if len(seen) > _EACH:
            sentence = ngettext("%(name)s changed %(count)s record that you follow.",
                                "%(name)s changed %(count)s records that you follow.", len(seen))  # fmt: skip
            notify([told.id], sentence % {"name": name, "count": len(seen)})
            return
        titles = titles_of([(kind.key, record_id) for kind, record_id, _what in seen], by=told) if seen else {}
        for kind, record_id, what in seen:
            if what.is_deleted:
                words = {"name": name, "title": f"{kind.label} #{record_id}"}
                notify([told.id], _("%(name)s deleted %(title)s.") % words)
                continue
            keys = list(what.keys)
            labels = [str(found.label) if (found := field_of(kind, key)) else key for key in keys[:_FIELDS]]
            words = {
                "name": name,
                "title": titles.get((kind.key, record_id)) or f"#{record_id}",
                "fields": ", ".join(labels) + ("…" if len(keys) > _FIELDS else ""),
            }
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
