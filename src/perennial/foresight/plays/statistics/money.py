"""What a play kept, less what it cost."""

from __future__ import annotations

from dataclasses import dataclass

from perennial.foresight.plays.statistics.effects import Effect, Interval


@dataclass(frozen=True, slots=True)
class Money:
    """`kept` is what came in more than without the play, of all whose horizon is over; `net` is that less `cost`."""

    kept: float
    cost: float
    net: float
    interval: Interval  # of `net`


def money_of(effect: Effect, *, worth: float, cost_of_act: float, acts: int, interval: Interval) -> Money:
    """`worth` is what one unit of the outcome brings: 1 where the outcome is money already. `interval` is the one of
    the effect's that is to be read now. Acts that were not carried out cost nothing, but count in the effect."""
    factor = effect.treated.count * worth
    kept, cost = effect.value * factor, cost_of_act * acts
    ends = sorted((interval.low * factor - cost, interval.high * factor - cost))
    return Money(kept, cost, kept - cost, Interval(ends[0], ends[1]))


def least_worth(*, worth: float, cost_of_act: float) -> float:
    """The effect on one person that pays for the act on them."""
    return cost_of_act / worth if worth > 0 else 0.0
