"""Telling users."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.timeline.models import Notification


def notify(user_ids: Iterable[int], sentence: str, *, url: str = "") -> None:
    """Tell these users; it stands under their bell until they have read it, and open pages hear of it on commit."""
    users = list(user_ids)
    Notification.objects.bulk_create(
        [Notification(user_id=user_id, sentence=sentence[:400], url=url[:400]) for user_id in users]
    )
    fetch(
        "SELECT pg_notify('perennial_live', json_build_object('user', u, 'event', 'notification')::text)"
        " FROM unnest(%s::bigint[]) u",
        [users],
    )


def latest(user_id: int, *, limit: int = 20) -> list[Notification]:
    """The newest, read or not."""
    return list(Notification.objects.filter(user_id=user_id).order_by("-created_at")[:limit])


def unread_count(user_id: int, *, most: int = 99) -> int:
    """How many are unread, counted no further than `most`."""
    return Notification.objects.filter(user_id=user_id, read_at=None)[:most].count()


def mark_read(user_id: int) -> None:
    Notification.objects.filter(user_id=user_id, read_at=None).update(read_at=clock.real_now())
