"""What is known of the people of one arm: how many, what came of them, and what they did in the time before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import covariance, fmean, variance


@dataclass(frozen=True, slots=True)
class Arm:
    """Means, variances and their covariance of the outcome and of the same measured before (`earlier`): all that an
    effect is computed from, so that one statement over any number of people is enough."""

    count: int
    mean: float
    variance: float
    earlier_mean: float = 0.0
    earlier_variance: float = 0.0
    covariance: float = 0.0


CAPPED_ABOVE = 0.99  # of amounts spent, by those who spent at all
# Sums of money have few that are very large; one of them in the smaller arm moves its mean more than any play, and no
# interval is right. So an amount counts up to a cap that is set before the start, from other people's past (Kohavi,
# Tang and Xu, Trustworthy Online Controlled Experiments, 2020, chapter 22). It is said wherever the effect is.

EMPTY = Arm(0, 0.0, 0.0)


def arm_of(outcomes: Sequence[float], earlier: Sequence[float] | None = None) -> Arm:
    """From single people, as a test or a simulation has them."""
    if not outcomes:
        return EMPTY
    before = earlier or [0.0] * len(outcomes)
    is_one = len(outcomes) < 2
    return Arm(
        len(outcomes),
        fmean(outcomes),
        0.0 if is_one else variance(outcomes),
        fmean(before),
        0.0 if is_one else variance(before),
        0.0 if is_one else covariance(outcomes, before),
    )
