"""Who is told of a record's changes and comments."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.foundation.sql import execute, fetch
from perennial.objects.collaboration.models import Follower
from perennial.objects.collaboration.subjects import Subject
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.models import User


def follow(about: Subject, *, by: Actor, is_on: bool = True) -> None:
    """One's own choice, which stays."""
    if by.user_id is not None:
        _write(about, [by.user_id], is_on=is_on, is_chosen=True)


def follow_along(about: Subject, user_ids: Iterable[int]) -> None:
    """For those who take part, unless they have said no."""
    _write(about, list(user_ids), is_on=True, is_chosen=False)


def is_following(about: Subject, *, by: Actor) -> bool:
    return Follower.objects.filter(
        object_key=about.object_key, record_id=about.record_id, user_id=by.user_id or 0, is_off=False
    ).exists()


def followers_of(about: Subject) -> list[int]:
    return [
        user_id
        for (user_id,) in fetch(
            "SELECT f.user_id FROM objects_follower f JOIN workspace_user u ON u.id = f.user_id AND u.is_active"
            " WHERE f.object_key = %s AND f.record_id = %s AND NOT f.is_off",
            [about.object_key, about.record_id],
        )
    ]


def actors_of(user_ids: Iterable[int]) -> dict[int, Actor]:
    """Active users as actors, with the rights they have now."""
    found = User.objects.filter(pk__in=list(user_ids), is_active=True).prefetch_related("teams")
    return {user.pk: actor_of_user(user) for user in found}


def _write(about: Subject, user_ids: list[int], *, is_on: bool, is_chosen: bool) -> None:
    execute(
        "INSERT INTO objects_follower (object_key, record_id, user_id, is_off, since)"
        " SELECT %s, %s, u, %s, now() FROM unnest(%s::bigint[]) u ON CONFLICT (object_key, record_id, user_id)"
        + (" DO UPDATE SET is_off = excluded.is_off" if is_chosen else " DO NOTHING"),
        [about.object_key, about.record_id, not is_on, user_ids],
    )
