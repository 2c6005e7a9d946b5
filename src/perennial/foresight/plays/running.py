"""The plays that run, turn by turn: who is eligible enters, whose turn has come is treated; a look a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from perennial.foresight.plays.acting import act_waiting
from perennial.foresight.plays.enrolling import enrol_more
from perennial.foresight.plays.looks import stop, take_look
from perennial.foresight.plays.models import Play
from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.objects.zones import firm_zone

ENROLS_EVERY = timedelta(minutes=1)


@loop("foresight.plays", every=10.0)
def run_plays() -> int:
    """One turn over all plays; how many entered or were treated, and how many looks were taken."""
    now = clock.now()
    running = Play.objects.filter(state=Play.State.RUNNING, retired_at=None).order_by("pk")
    done = sum(turn_of(play, now=now) for play in running)
    today = now.astimezone(firm_zone()).date()
    due = Play.objects.filter(~Q(started_at=None), Q(looked_on=None) | Q(looked_on__lt=today), retired_at=None)
    return done + sum(_look(play, now) for play in due.order_by(F("looked_on").asc(nulls_first=True), "pk")[:1])


def turn_of(play: Play, *, now: datetime) -> int:
    """Enter and treat, once."""
    entered = 0
    if not play.is_by_hand and (play.enrolled_at is None or now - play.enrolled_at >= ENROLS_EVERY):
        entered = enrol_more(play, now=now)
        Play.objects.filter(pk=play.pk).update(enrolled_at=now)
    acted = act_waiting(play, now=now)
    if acted.trouble:
        with transaction.atomic():
            row = Play.objects.select_for_update().get(pk=play.pk)
            if row.state == Play.State.RUNNING:
                stop(row, acted.trouble)
    return entered + acted.people


def _look(play: Play, now: datetime) -> int:
    take_look(play, now=now)
    return 1
