"""Looking at a play's effect, once a day, and stopping it where a look says so.

Those count whose horizon is over, each in the arm they were drawn into. A look is kept as it was seen: whoever reads a
play's story sees the same as whoever watched it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.foresight.plays.checking import is_money, is_share
from perennial.foresight.plays.models import Look, Play
from perennial.foresight.plays.outcomes import Entered, arms_of
from perennial.foresight.plays.statistics.arms import Arm
from perennial.foresight.plays.statistics.effects import Effect, effect_of
from perennial.foresight.plays.statistics.money import Money, least_worth, money_of
from perennial.foresight.plays.statistics.stopping import STOPS, Verdict, verdict_of
from perennial.foresight.plays.telling import tell
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.metrics.contract import Metric
from perennial.metrics.making import metric_by_key
from perennial.objects.zones import firm_zone
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import SYSTEM

SETTLING = timedelta(hours=1)  # until what happened at the end of a horizon stands in the lake
_OVER = """
SELECT e.record_id, e.is_control, e.entered_at, e.acted_at IS NOT NULL AND e.state = 'done' FROM foresight_enrolment e
WHERE e.play_id = %s AND e.until <= %s
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found. `acts` are those carried out among the people it counts."""

    treated: Arm
    control: Arm
    acts: int
    effect: Effect | None
    money: Money | None
    verdict: Verdict
    is_end: bool


def see(play: Play, *, now: datetime, is_first_end: bool = True) -> Seen:
    """`is_first_end` says that no look before has been the one at the planned end."""
    metric = metric_by_key(play.metric)
    rows = fetch(_OVER, [play.pk, now - SETTLING])
    entered = [Entered(record_id, is_control, at) for record_id, is_control, at, _done in rows]
    acts = sum(1 for row in rows if row[3])
    treated, control = arms_of(entered, metric, horizon=timedelta(days=play.horizon_days), cap=play.cap)
    planned = play.planned or len(rows)
    is_end = is_first_end and treated.count + control.count >= planned > 0
    effect = effect_of(treated, control, planned=planned, is_share=is_share(metric))
    pays = least_worth(worth=worth_of(play, metric), cost_of_act=float(play.cost))
    verdict = verdict_of(effect, least_worth=pays, is_end=is_end)
    return Seen(treated, control, acts, effect, _money(play, metric, effect, acts, is_end=is_end), verdict, is_end)


def take_look(play: Play, *, now: datetime) -> Look:
    """See, keep what was seen, and stop the play where it does harm or cannot pay."""
    day = now.astimezone(firm_zone()).date()
    had_end = Look.objects.filter(play=play, is_end=True).exists()
    seen = see(play, now=now, is_first_end=not had_end)
    with transaction.atomic():
        row = Play.objects.select_for_update().get(pk=play.pk)
        look, _made = Look.objects.get_or_create(play=row, day=day, defaults={"at": now, **_columns(seen)})
        row.looked_on = day
        row.save(update_fields=["looked_on"])
        if seen.verdict in STOPS and row.state == Play.State.RUNNING:
            stop(row, stopped_because(seen.verdict))
    return look


def stop(row: Play, why: str) -> None:
    """The play pauses itself, and tells whoever it belongs to."""
    row.state, row.paused_why, row.changed_at = Play.State.PAUSED, why[:400], clock.real_now()
    row.version += 1
    row.save(update_fields=["state", "paused_why", "changed_at", "version"])
    log_changes(
        [Change("foresight.play", row.pk, "configure", {"state": ["running", "paused"], "why": why})],
        actor=SYSTEM.log_name, action="foresight.play",
    )  # fmt: skip
    tell(row, _("“%(play)s” has stopped: %(why)s") % {"play": row.name, "why": why})


def stopped_because(verdict: Verdict) -> str:
    if verdict is Verdict.HARM:
        return _("those who were treated do worse than the control group, for certain.")
    return _("even at best it brings less than it costs.")


def worth_of(play: Play, metric: Metric) -> float:
    """What one unit of the outcome brings, as far as that is known: 0 where nobody has said."""
    return 1.0 if is_money(metric) else float(play.worth or 0)


def _money(play: Play, metric: Metric, effect: Effect | None, acts: int, *, is_end: bool) -> Money | None:
    worth = worth_of(play, metric)
    if effect is None or not worth:
        return None
    interval = effect.at_end if is_end else effect.anytime
    return money_of(effect, worth=worth, cost_of_act=float(play.cost), acts=acts, interval=interval)


def _columns(seen: Seen) -> Mapping[str, Any]:
    effect, money = seen.effect, seen.money
    told: dict[str, Any] = {
        "treated": seen.treated.count, "control": seen.control.count, "acts": seen.acts,
        "treated_mean": seen.treated.mean, "control_mean": seen.control.mean, "verdict": seen.verdict.value,
        "is_end": seen.is_end,
    }  # fmt: skip
    if effect is not None:
        told |= {
            "effect": effect.value, "low": effect.anytime.low, "high": effect.anytime.high,
            "end_low": effect.at_end.low, "end_high": effect.at_end.high, "explained": effect.explained,
        }  # fmt: skip
    if money is not None:
        told |= {"net": money.net, "net_low": money.interval.low, "net_high": money.interval.high}
    return told
