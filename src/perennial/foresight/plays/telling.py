"""Telling those whom a play belongs to."""

from __future__ import annotations

from perennial.foresight.plays.models import Play
from perennial.timeline.notifications import notify


def url_of(play: Play) -> str:
    return f"/plays/{play.key}/"


def tell(play: Play, sentence: str) -> None:
    """Its owner, and whoever started it."""
    kind, _colon, number = play.started_by.partition(":")
    starter = int(number) if kind == "user" and number.isdigit() else None
    notify({each for each in (play.owner_id, starter) if each is not None}, sentence, url=url_of(play))
