"""Telling users."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.foundation import clock
from perennial.timeline.models import Notification


def notify(user_ids: Iterable[int], sentence: str, *, url: str = "") -> None:
    """Tell these users; it stands under their bell until they have read it."""
    Notification.objects.bulk_create(
        [Notification(user_id=user_id, sentence=sentence[:400], url=url[:400]) for user_id in user_ids]
    )


def unread(user_id: int, *, limit: int = 20) -> list[Notification]:
    return list(Notification.objects.filter(user_id=user_id, read_at=None).order_by("-created_at")[:limit])


def mark_read(user_id: int) -> None:
    Notification.objects.filter(user_id=user_id, read_at=None).update(read_at=clock.real_now())
