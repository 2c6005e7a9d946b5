"""Which play is the next best for whom: of those that people start by hand, whose rule holds now, with a place left
this week, by what acting is expected to bring.

It says nothing of who would be a control: that is drawn when somebody says do it, so that nobody can choose around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from perennial.conditions.resolver import Sql
from perennial.foresight.plays.enrolling import eligible, places_left, stake_of
from perennial.foresight.plays.gains import Gain, gain_of, units_of
from perennial.foresight.plays.models import Play
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.cells import title_column
from perennial.objects.types import ObjectType, Owned, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

MOST = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A play for a record. `left` is how many more may be treated this week; None for any number."""

    play: Play
    record_id: int
    title: str
    gain: Gain
    stake: float
    left: int | None


class _Candidate(NamedTuple):
    record_id: int
    title: str
    stake: float


def next_best_for(kind: ObjectType, record_id: int, *, by: Actor) -> list[Offer]:
    """The plays for one record, the best first; a statement and a half for each play that runs about its kind."""
    among = [Sql("{id} = %s", (record_id,))]
    return _ranked(_offers(_running(kind.table, by), by, among, limit=1))


def next_best(
    by: Actor, *, plays: Sequence[Play] | None = None, owned: Sequence[int] | None = None, limit: int = MOST
) -> list[Offer]:
    """For each record that the actor may see (or that these own; nobody owns, where the list is empty) its best play,
    the largest gains first. `plays` are those that run, where they are known already."""
    also = []
    if owned is not None:
        also = [Sql("{owner} = ANY(%s::bigint[])", (list(owned),)) if owned else Sql("{owner} IS NULL")]
    best: dict[tuple[str, int], Offer] = {}
    running = _running("", by) if plays is None else plays[:MOST]
    for each in _ranked(_offers(running, by, also, limit=limit)):
        best.setdefault((object_types[each.play.object_key].table, each.record_id), each)
    return list(best.values())[:limit]


def offers_of(play: Play, by: Actor, *, limit: int = MOST) -> list[Offer]:
    """For whom one play is offered now, the largest gains first."""
    is_offered = play.is_by_hand and play.state == Play.State.RUNNING
    return _ranked(_offers([play] if is_offered else [], by, [], limit=limit))


def _running(table: str, by: Actor) -> list[Play]:
    """Of kinds that the actor may see."""
    keys = [
        key for key, kind in object_types.items()
        if (not table or kind.table == table) and widest_reach(kind, by=by, verb="view") is not Reach.NONE
    ]  # fmt: skip
    return list(
        Play.objects.filter(state=Play.State.RUNNING, retired_at=None, is_by_hand=True, object_key__in=keys).order_by(
            "pk"
        )[:MOST]
    )


def _offers(plays: Sequence[Play], by: Actor, also: Sequence[Sql], *, limit: int) -> list[Offer]:
    units, found, now = units_of(plays), list[Offer](), clock.now()
    places = places_left(plays, now=now)
    for play in plays:
        free = places[play.pk]
        if free is not None and free <= 0:
            continue
        for each in _candidates(play, by, also, limit):
            gain = gain_of(units[play.pk], each.stake, horizon_days=play.horizon_days)
            if gain.net > 0:
                found.append(Offer(play, each.record_id, each.title, gain, each.stake, free))
    return found


def _candidates(play: Play, by: Actor, also: Sequence[Sql], limit: int) -> list[_Candidate]:
    """Of those whom the actor may see, by what they may read: nobody learns from an offer what they may not see."""
    kind = object_types[play.object_key]
    seen, tests = eligible(play, kind, by=by, now=clock.now())
    alias = seen.tables.alias
    stake = stake_of(kind, by, alias)
    places = {"id": f"{alias}.id", "owner": f"{alias}.owner_id" if isinstance(kind.access, Owned) else "NULL::bigint"}
    tests += [Sql(each.text.format(**places), each.params) for each in also]
    statement = seen.statement(
        f"{alias}.id, {title_column(kind, alias)}, {stake}", also=tests,
        tail=f" ORDER BY {stake} DESC, {alias}.id LIMIT {int(limit)}",
    )  # fmt: skip
    return [_Candidate(*row) for row in fetch(*statement)]


def _ranked(offers: Sequence[Offer]) -> list[Offer]:
    return sorted(offers, key=lambda each: (-each.gain.order, each.play.pk, each.record_id))
