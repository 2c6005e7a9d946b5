"""What acting on one person is expected to bring: what was measured, once something was; the hope until then.

In money where the outcome is worth some; a hope for yes and no is worth that share of what the person is worth over the
horizon, where nobody has said what one more is worth. It says which of the two it is, and what acting costs comes off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perennial.foresight.plays.checking import is_money
from perennial.foresight.plays.models import Look, Play
from perennial.foresight.plays.statistics.stopping import Verdict
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.metrics.making import metric_by_key

_YEAR = 365  # the worth of a customer is that of twelve months
_ACCEPTED = """
SELECT p.id, (SELECT count(*) FROM foresight_enrolment e WHERE e.play_id = p.id AND e.state = 'done'),
       (SELECT count(*) FROM foresight_decline d WHERE d.play_id = p.id)
FROM foresight_play p WHERE p.id = ANY(%s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """Of one play: what acting once brings, as an amount or as a share of what is at stake with the person."""

    amount: float | None
    share: float
    cost: float
    willing: float  # how often people found the play right for somebody it was offered for
    is_measured: bool


@dataclass(frozen=True, slots=True)
class Gain:
    """`net` is what is expected after the cost; the order of plays also heeds how often people turn one down."""

    net: float
    order: float
    is_measured: bool


def units_of(plays: Sequence[Play]) -> Mapping[int, Unit]:
    """Two statements for all of them, none for none."""
    if not plays:
        return {}
    ids = [each.pk for each in plays]
    known = {look.play_id: look for look in _latest(ids)}
    counted = {play_id: (done, declined) for play_id, done, declined in fetch(_ACCEPTED, [ids])}
    return {each.pk: _unit(each, known.get(each.pk), *counted.get(each.pk, (0, 0))) for each in plays}


def gain_of(unit: Unit, stake: float, *, horizon_days: int) -> Gain:
    brings = unit.amount if unit.amount is not None else unit.share * stake * horizon_days / _YEAR
    net = brings - unit.cost
    return Gain(net, net * unit.willing if net > 0 else net, unit.is_measured)


def _unit(play: Play, look: Look | None, done: int, declined: int) -> Unit:
    certain = {Verdict.HELPS.value, Verdict.LIKELY.value, Verdict.HARM.value}
    is_measured = look is not None and look.effect is not None and look.verdict in certain
    effect = look.effect if look is not None and is_measured and look.effect is not None else play.prior
    worth = 1.0 if _is_money(play) else float(play.worth) if play.worth is not None else None
    return Unit(
        None if worth is None else effect * worth, effect, float(play.cost), (done + 1) / (done + declined + 1),
        is_measured,
    )  # fmt: skip


def _is_money(play: Play) -> bool:
    try:
        return is_money(metric_by_key(play.metric))
    except NotFound:  # the metric was retired
        return False


def _latest(ids: Sequence[int]) -> Iterable[Look]:
    return Look.objects.filter(play_id__in=ids).order_by("play_id", "-day").distinct("play_id")
