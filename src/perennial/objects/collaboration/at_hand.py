"""Favourites, and what one looked at last."""

from __future__ import annotations

from perennial.foundation.sql import execute, fetch
from perennial.objects.collaboration.models import Favourite
from perennial.objects.collaboration.subjects import Subject
from perennial.objects.titles import titles_of
from perennial.workspace.actor import Actor

KEPT = 50  # records of each user that are remembered
MOST_FAVOURITES = 200


def set_favourite(about: Subject, *, by: Actor, is_on: bool) -> None:
    if by.user_id is None:
        return
    if is_on:
        execute(
            "INSERT INTO objects_favourite (user_id, object_key, record_id, created_at) SELECT %s, %s, %s, now()"
            " WHERE (SELECT count(*) FROM objects_favourite WHERE user_id = %s) < %s ON CONFLICT DO NOTHING",
            [by.user_id, about.object_key, about.record_id, by.user_id, MOST_FAVOURITES],
        )
    else:
        Favourite.objects.filter(user_id=by.user_id, object_key=about.object_key, record_id=about.record_id).delete()


def is_favourite(about: Subject, *, by: Actor) -> bool:
    return Favourite.objects.filter(
        user_id=by.user_id or 0, object_key=about.object_key, record_id=about.record_id
    ).exists()


def note_view(about: Subject, *, by: Actor) -> None:
    """One statement; the oldest are forgotten now and then, when there are twice as many as are kept."""
    if by.user_id is None:
        return
    execute(
        "INSERT INTO objects_viewed (user_id, object_key, record_id, at) VALUES (%s, %s, %s, now())"
        " ON CONFLICT (user_id, object_key, record_id) DO UPDATE SET at = excluded.at",
        [by.user_id, about.object_key, about.record_id],
    )
    execute(
        "DELETE FROM objects_viewed WHERE user_id = %s"
        " AND (SELECT count(*) FROM objects_viewed WHERE user_id = %s) > %s"
        " AND at < (SELECT at FROM objects_viewed WHERE user_id = %s ORDER BY at DESC OFFSET %s LIMIT 1)",
        [by.user_id, by.user_id, 2 * KEPT, by.user_id, KEPT - 1],
    )


def favourites(by: Actor, *, limit: int = MOST_FAVOURITES) -> list[Subject]:
    """By name; those that are gone, or not to be seen any more, are left out."""
    found = _named("SELECT object_key, record_id FROM objects_favourite WHERE user_id = %s LIMIT %s",
                   [by.user_id, MOST_FAVOURITES], by)  # fmt: skip
    return sorted(found, key=lambda each: each.title.lower())[:limit]


def recently_viewed(by: Actor, *, limit: int = 8) -> list[Subject]:
    """The latest first."""
    found = _named("SELECT object_key, record_id FROM objects_viewed WHERE user_id = %s ORDER BY at DESC LIMIT %s",
                   [by.user_id, 3 * limit], by)  # fmt: skip
    return found[:limit]


def at_hand(by: Actor) -> list[tuple[str, int]]:
    """Favourites and what was viewed lately, by kind and id, whether or not it can still be seen: for search, which
    asks for that itself."""
    if by.user_id is None:
        return []
    return fetch(
        "(SELECT object_key, record_id FROM objects_viewed WHERE user_id = %s ORDER BY at DESC LIMIT %s) UNION"
        " (SELECT object_key, record_id FROM objects_favourite WHERE user_id = %s LIMIT %s)",
        [by.user_id, KEPT, by.user_id, MOST_FAVOURITES],
    )


def _named(statement: str, params: list[object], by: Actor) -> list[Subject]:
    rows = fetch(statement, params) if by.user_id is not None else []
    titles = titles_of(rows, by=by) if rows else {}
    return [Subject(key, id, titles[key, id] or f"#{id}") for key, id in rows if (key, id) in titles]
