"""What a play can see, and when, from what happened to those who would have been eligible in the past.

The past says how the outcome spreads and how much of it the time before explains; it never says the effect: nobody was
treated, and nobody was held back by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, isfinite
from typing import TYPE_CHECKING

from perennial.conditions.jsonform import from_json
from perennial.foresight.plays.models import Play
from perennial.foresight.plays.outcomes import Entered, arms_of, cap_of
from perennial.foresight.plays.statistics.power import Before, effect_seen, people_needed, weeks_needed
from perennial.foundation import clock
from perennial.foundation.errors import NotFound
from perennial.foundation.libraries import on_demand
from perennial.metrics.making import metric_by_key
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor

if TYPE_CHECKING:
    from perennial.lake import kept, records
else:  # with them come the engines, which stand idle in a process that nobody asks
    kept, records = on_demand("perennial.lake.kept"), on_demand("perennial.lake.records")

_MOST = 50_000  # people of the past that are looked at
_FEWEST = 30
_WEEK = timedelta(days=7)
UNKNOWN = Before(0.5, 0.25)  # of yes and no the widest spread there is


@dataclass(frozen=True, slots=True)
class Plan:
    """`people` have to be measured to see an effect as large as is hoped for; `weeks` until then, None for never.
    `a_week` enter, of `eligible` now; `seen` is the least effect that a year shows."""

    people: int
    weeks: int | None
    a_week: float
    eligible: int
    before: Before
    looked_at: int  # people of the past
    seen: float | None
    cap: float | None = None


def plan_of(play: Play, *, by: Actor) -> Plan:
    """By what happened in one horizon to those who were eligible at its beginning."""
    kind = object_types.get(play.object_key)
    if kind is None:
        raise NotFound
    metric, horizon, now = metric_by_key(play.metric), timedelta(days=play.horizon_days), clock.now()
    then = [Entered(each, False, now - horizon) for each in _eligible(play, kind, by, now - horizon)]
    cap = cap_of(then, metric, horizon=horizon)
    arm, _none = arms_of(then, metric, horizon=horizon, cap=cap)
    before = UNKNOWN
    if arm.count >= _FEWEST:
        spread = arm.variance * arm.earlier_variance
        before = Before(arm.mean, arm.variance, arm.covariance**2 / spread if spread > 0 else 0.0)
    eligible = len(_eligible(play, kind, by, now))
    a_week = _a_week(play, eligible, len(_eligible(play, kind, by, now - _WEEK)))
    needed = people_needed(play.prior, before, control_share=play.control_share)
    people = ceil(needed) if isfinite(needed) else eligible
    weeks = weeks_needed(people, a_week=a_week, horizon_days=play.horizon_days)
    seen = effect_seen(a_week * 52, before, control_share=play.control_share)
    return Plan(people, int(weeks) if isfinite(weeks) else None, a_week, eligible, before, len(then),
                seen if isfinite(seen) else None, cap)  # fmt: skip


def _eligible(play: Play, kind: ObjectType, by: Actor, as_of: object) -> list[int]:
    """As of an instant, so that what happened afterwards chose nobody."""
    with kept.kept_lake() as lake:
        found = records.told_of(lake, kind, by=by, fields=(), where=from_json(play.rule), as_of=as_of)  # type: ignore[arg-type]
        return [row["id"] for row in lake.answer(found.select("id").order_by("id").limit(_MOST))]


def _a_week(play: Play, now: int, before: int) -> float:
    """How many can enter in a week: at most what the capacity lets be treated, with their controls; at least the stock
    spread over a quarter, where it does not grow."""
    coming = max(now - before, now / 13)
    most = coming if play.capacity is None else play.capacity / (1 - play.control_share)
    return min(coming, most)
