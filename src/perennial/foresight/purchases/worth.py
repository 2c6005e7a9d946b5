"""What customers will pay within a horizon: an expectation with an interval, never a number alone.

Futures are drawn for each customer from both models, after what was seen of them: whether they are alive, their rate,
the probability with which they leave after a purchase, the scale of their amounts. The interval is of what they will
pay, not of its mean: most customers pay nothing at all or a good deal more than expected, and the interval says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perennial.foresight.purchases.buying import Buying
from perennial.foresight.purchases.histories import Histories, Numbers
from perennial.foresight.purchases.spending import Spending
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
else:
    np = on_demand("numpy")

_FUTURES = 200  # of each customer: the ends of a 90 % interval are then the 10th from below and above
_AT_ONCE = 10_000  # customers, so that their futures stay in the processor's cache
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Worth:
    """One each, in the currency of the amounts, not discounted: a horizon of months is too short for that to matter."""

    expected: Numbers
    low: Numbers  # 5 of 100 pay less
    high: Numbers  # 5 of 100 pay more


def worth_within(known: Histories, buying: Buying, spending: Spending, *, days: float, seed: int = 0) -> Worth:
    """What each will pay in so many days from now, with a 90 % interval. The same seed gives the same interval."""
    expected = buying.purchases_within(known, days) * spending.amount(known)
    low, high = np.empty(len(known)), np.empty(len(known))
    draw = np.random.Generator(np.random.SFC64(seed))
    for start in range(0, len(known), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        paid = _futures(known.of(part), buying, spending, days, draw)
        paid.partition((int(_FUTURES * LOW), int(_FUTURES * HIGH)), axis=1)
        low[part], high[part] = paid[:, int(_FUTURES * LOW)], paid[:, int(_FUTURES * HIGH)]
    return Worth(expected, low, high)


def _futures(known: Histories, buying: Buying, spending: Spending, days: float, draw: np.random.Generator) -> Numbers:
    """What each pays in each of so many futures: (customers, futures)."""
    size = (len(known), _FUTURES)
    shape, rate = buying.r + known.repeats, buying.alpha + known.age
    wanted = draw.poisson(draw.standard_gamma(shape[:, None], size) * (days / rate)[:, None])
    wanted[draw.random(size) >= buying.alive(known)[:, None]] = 0
    buyers, future = np.nonzero(wanted)
    leaving = draw.beta(buying.a, buying.b + known.repeats[buyers])
    purchases = np.minimum(wanted[buyers, future], draw.geometric(np.clip(leaving, 1e-12, 1.0)))
    of_scale, amounts = spending.means(known)
    scale = amounts[buyers] / draw.standard_gamma(of_scale[buyers])
    paid = np.zeros(size)
    paid[buyers, future] = draw.standard_gamma(spending.p * purchases) * scale
    return paid
