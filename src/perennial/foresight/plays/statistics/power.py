"""What a play can hope to see, said before it starts: the least effect that so many people show, and how long it takes.

Of two arms that differ in size, by the normal approximation (Cohen, Statistical Power Analysis, 1988, 2.4), with what
the time before explains taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt

from perennial.foresight.plays.statistics.effects import CONFIDENCE, LEAST
from perennial.foresight.plays.statistics.quantiles import normal_quantile

POWER = 0.80


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before the start: how the outcome spread lately among those who are eligible, and what of it the
    time before explains (0 to 1)."""

    mean: float
    variance: float
    explained: float = 0.0


def people_needed(
    effect: float, before: Before, *, control_share: float, confidence: float = CONFIDENCE, power: float = POWER
) -> float:
    """How many of both arms have to be measured to see an effect of this size with such certainty."""
    if effect == 0 or not 0 < control_share < 1:
        return inf
    spread = before.variance * (1 - before.explained) / (control_share * (1 - control_share))
    return max(ceil(spread * (_reach(confidence, power) / effect) ** 2), _least(control_share))


def effect_seen(
    people: float, before: Before, *, control_share: float, confidence: float = CONFIDENCE, power: float = POWER
) -> float:
    """The least effect that so many people show."""
    if people < _least(control_share) or not 0 < control_share < 1:
        return inf
    spread = before.variance * (1 - before.explained) / (control_share * (1 - control_share))
    return _reach(confidence, power) * sqrt(spread / people)


def weeks_needed(people: float, *, a_week: float, horizon_days: int) -> float:
    """Until so many have entered and the last of them has had the whole horizon."""
    return inf if a_week <= 0 or people == inf else ceil(people / a_week) + ceil(horizon_days / 7)


def _reach(confidence: float, power: float) -> float:
    return normal_quantile((1 + confidence) / 2) + normal_quantile(power)


def _least(control_share: float) -> int:
    return ceil(LEAST / min(control_share, 1 - control_share)) if 0 < control_share < 1 else 0
