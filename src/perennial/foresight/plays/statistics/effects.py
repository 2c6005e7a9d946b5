"""The effect of a play, by intention to treat, with what people did before taken into account.

Everybody counts in the arm they were drawn into, whatever happened then. What they did in as long a time before they
were drawn explains much of what they do after it; that part is taken off both arms (CUPED: Deng, Xu, Kohavi and
Walker, "Improving the sensitivity of online controlled experiments by utilizing pre-experiment data", WSDM 2013), which
alters nothing on average, because the draw knows nothing of it, and makes the interval narrower. The factor is the one
that makes the variance of the difference least when the arms differ in size.

Two intervals. `at_end` is right once, at the end that was planned before the start. `anytime` is right at all looks
together, so that whoever looks every day and stops when they like is not misled: a confidence sequence for large
samples (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
sequences", Annals of Statistics 2024, Theorem 2.2 and Section 2.3), made to be narrowest at the planned end.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

from perennial.foresight.plays.statistics.arms import Arm
from perennial.foresight.plays.statistics.quantiles import normal_probability, student_quantile

CONFIDENCE = 0.90
LEAST = 30  # people of either arm with an outcome, below which no effect is said at all
LEAST_OF_AMOUNTS = 75  # the same for sums, of which few are large: the intervals are right for means of many


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether it says on which side of nothing the effect lies."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Effect:
    """For each person who was to be treated: `value` more than without. `explained` is the part of the variance that
    the time before explains; `plain` is the difference of the two means as they are."""

    value: float
    error: float
    anytime: Interval
    at_end: Interval
    plain: float
    explained: float
    treated: Arm
    control: Arm


def effect_of(
    treated: Arm, control: Arm, *, planned: int, is_share: bool = False, confidence: float = CONFIDENCE
) -> Effect | None:
    """None while either arm has too few with an outcome. `planned` is how many of both arms were to be measured in all;
    `is_share` says that outcomes are yes or no."""
    if min(treated.count, control.count) < (LEAST if is_share else LEAST_OF_AMOUNTS):
        return None
    plain_variance = _variance_of_mean(treated, is_share) + _variance_of_mean(control, is_share)
    slope = _slope(treated, control)
    removed = slope * (_per_head(treated.covariance, treated) + _per_head(control.covariance, control))
    adjusted = max(plain_variance - removed, 0.0)
    plain = treated.mean - control.mean
    value = plain - slope * (treated.earlier_mean - control.earlier_mean)
    error = sqrt(adjusted)
    explained = 1 - adjusted / plain_variance if plain_variance > 0 else 0.0
    freedom = _freedom(treated, control, is_share)
    once = error * student_quantile((1 + confidence) / 2, freedom)
    factor = anytime_factor(treated.count + control.count, planned=planned, confidence=confidence)
    always = error * student_quantile(normal_probability(factor), freedom)  # as far out, in small arms
    return Effect(
        value, error, Interval(value - always, value + always), Interval(value - once, value + once), plain, explained,
        treated, control,
    )  # fmt: skip


def anytime_factor(count: int, *, planned: int, confidence: float = CONFIDENCE) -> float:
    """By how many standard errors the interval that holds at every look reaches to either side, after `count` people;
    it is tuned to be narrowest after `planned`."""
    least = -2 * log(1 - confidence)
    tuned = (least + log(least) + 1) / max(planned, 1)
    grown = count * tuned + 1
    return sqrt(grown / (count * tuned) * log(grown / (1 - confidence) ** 2))


def _slope(treated: Arm, control: Arm) -> float:
    """What of the difference in the time before is to be taken off."""
    spread = _per_head(treated.earlier_variance, treated) + _per_head(control.earlier_variance, control)
    if spread <= 0:
        return 0.0
    return (_per_head(treated.covariance, treated) + _per_head(control.covariance, control)) / spread


def _variance_of_mean(arm: Arm, is_share: bool) -> float:
    return _per_head(_spread(arm, is_share), arm)


def _spread(arm: Arm, is_share: bool) -> float:
    """Of yes and no the variance is never taken to be nothing because all said the same so far: one yes and one no are
    added (Agresti and Caffo, The American Statistician 2000)."""
    if not is_share:
        return arm.variance
    share = (arm.mean * arm.count + 1) / (arm.count + 2)
    return max(arm.variance, share * (1 - share))


def _per_head(amount: float, arm: Arm) -> float:
    return amount / arm.count


def _freedom(treated: Arm, control: Arm, is_share: bool) -> float:
    """Welch's degrees of freedom: of arms that differ in size and in spread."""
    one, other = _variance_of_mean(treated, is_share), _variance_of_mean(control, is_share)
    if one + other <= 0:
        return float(treated.count + control.count - 2)
    return (one + other) ** 2 / (one**2 / (treated.count - 1) + other**2 / (control.count - 1))
