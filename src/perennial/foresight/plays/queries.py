"""What a person may see of plays: those about kinds that they may see; numbers only where they see every record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from perennial.conditions.tree import TRUE
from perennial.foresight.plays.enrolling import eligible
from perennial.foresight.plays.models import Decline, Enrolment, Look, Play
from perennial.foundation import clock
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.metrics.making import metric_by_key
from perennial.metrics.reading import may_see
from perennial.objects.access import predicate, widest_reach
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

COUNTED_TO = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the people of a play stand now. `eligible` have not entered; counted up to ten thousand."""

    eligible: int
    control: int
    waiting: int
    done: int
    refused: int
    declined: dict[str, int]

    @property
    def entered(self) -> int:
        return self.control + self.waiting + self.done + self.refused


def plays_for(by: Actor) -> QuerySet[Play]:
    """Of the kinds that the actor may see."""
    keys = [key for key, kind in object_types.items() if widest_reach(kind, by=by, verb="view") is not Reach.NONE]
    return Play.objects.filter(object_key__in=keys, retired_at=None).select_related("owner").order_by("name", "pk")


def play_for(key: str, *, by: Actor) -> Play:
    """Raises `NotFound`."""
    found = plays_for(by).filter(key=key[:60]).first()
    if found is None:
        raise NotFound
    return found


def sees_numbers(play: Play, *, by: Actor) -> bool:
    """Whether figures of everybody in it may be told: whoever sees some records only would learn of the others."""
    kind = object_types.get(play.object_key)
    if kind is None or predicate(kind, by=by, verb="view") != TRUE:
        return False
    try:
        return may_see(metric_by_key(play.metric), by)
    except NotFound:
        return False


def looks_of(play: Play, *, by: Actor) -> list[Look]:
    """The earliest first. Nothing for whoever may not be told."""
    return list(Look.objects.filter(play=play).order_by("day")) if sees_numbers(play, by=by) else []


def standing_of(play: Play, *, by: Actor) -> Standing | None:
    """Three statements; None for whoever may not be told."""
    kind = object_types.get(play.object_key)
    if kind is None or not sees_numbers(play, by=by):
        return None
    rows = fetch("SELECT e.state, count(*) FROM foresight_enrolment e WHERE e.play_id = %s GROUP BY e.state", [play.pk])
    counts: dict[str, int] = dict(rows)
    reasons = fetch(
        "SELECT d.reason, count(*) FROM foresight_decline d WHERE d.play_id = %s GROUP BY d.reason", [play.pk]
    )
    names = Enrolment.State
    return Standing(
        _eligible_count(play, kind, by), counts.get(names.CONTROL, 0), counts.get(names.WAITING, 0),
        counts.get(names.DONE, 0), counts.get(names.REFUSED, 0),
        {str(Decline.Reason(reason).label): count for reason, count in reasons},
    )  # fmt: skip


def _eligible_count(play: Play, kind: ObjectType, by: Actor) -> int:
    chosen, tests = eligible(play, kind, by=by, now=clock.now())
    some = chosen.statement("1", also=tests, tail=f" LIMIT {COUNTED_TO}")
    ((count,),) = fetch(f"SELECT count(*) FROM ({some.text}) few", some.params)
    return int(count)


def latest_looks(plays: Sequence[Play]) -> dict[int, Look]:
    """The last one of each, by one statement."""
    found = Look.objects.filter(play__in=[each.pk for each in plays]).order_by("play_id", "-day").distinct("play_id")
    return {each.play_id: each for each in found}
