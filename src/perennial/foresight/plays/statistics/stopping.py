"""When a play is to stop before its end: it does harm, or it cannot be worth its while any more.

Whatever is called certain is read from the interval that holds at every look, so that however often it is asked, a
play without any effect is called helpful or harmful in at most one case of ten. The narrower interval of the planned
end may say more; that is called likely, and no more than that.
"""

from __future__ import annotations

from enum import StrEnum

from perennial.foresight.plays.statistics.effects import Effect


class Verdict(StrEnum):
    """What a look says."""

    EARLY = "early"  # nothing can be said yet
    OPEN = "open"  # it may help, and may not
    LIKELY = "likely"  # at the planned end: the interval for one reading says that it helps
    HELPS = "helps"
    HARM = "harm"
    FUTILE = "futile"


def verdict_of(effect: Effect | None, *, least_worth: float = 0.0, is_end: bool = False) -> Verdict:
    """`least_worth` is the effect below which the play does not pay."""
    if effect is None:
        return Verdict.EARLY
    if effect.anytime.high < 0:
        return Verdict.HARM
    if effect.anytime.low > 0:
        return Verdict.HELPS
    if least_worth > 0 and effect.anytime.high < least_worth:
        return Verdict.FUTILE
    return Verdict.LIKELY if is_end and effect.at_end.low > 0 else Verdict.OPEN


STOPS = frozenset({Verdict.HARM, Verdict.FUTILE})
