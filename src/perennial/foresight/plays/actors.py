"""A play as an actor: it does what it does with the rights, and in the place, of whoever started it."""

from __future__ import annotations

from dataclasses import replace

from perennial.foresight.plays.models import Play
from perennial.objects.importing.actors import actor_named
from perennial.workspace.actor import Actor

_NAME = 60


def play_actor(play: Play) -> Actor:
    """The logs know it as "play:7"."""
    person = actor_named(play.started_by or play.made_by)
    return replace(person, kind="play", id=play.pk, name=play.name[:_NAME], on_behalf_of=person.user_id, absent_ids=())
