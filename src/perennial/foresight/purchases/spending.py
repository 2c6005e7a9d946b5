"""Gamma-gamma: how much a customer pays for a purchase.

What one customer pays varies around a mean of their own; the means vary between customers. The fewer purchases were
seen, the more the mean of all customers counts.

Source: Fader and Hardie, The Gamma-Gamma Model of Monetary Value (2013); Colombo and Jiang (1999).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perennial.foresight.purchases.fitting import FEWEST, NoFit, most_likely
from perennial.foresight.purchases.histories import Histories, Numbers
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import scipy.special as special
else:
    np = on_demand("numpy")
    special = on_demand("scipy.special")


@dataclass(frozen=True, slots=True)
class Spending:
    """Three numbers for a whole shop; v is in its currency, q above 1."""

    p: float
    q: float
    v: float

    def amount(self, known: Histories) -> Numbers:
        """The expected amount of a purchase, one each."""
        shape, rate = self.means(known)
        amounts: Numbers = self.p * rate / (shape - 1)
        return amounts

    def means(self, known: Histories) -> tuple[Numbers, Numbers]:
        """The scale of their amounts is, after what was seen, 1 over a gamma variable of this shape and rate."""
        times = np.where(np.isnan(known.mean), 0.0, known.repeats)
        return self.p * times + self.q, self.v + times * np.nan_to_num(known.mean)


def fit_spending(known: Histories) -> Spending:
    """Learnt from who paid for a purchase after the first. Raises `NoFit` where they are too few or all pay alike."""
    paid = known.of(known.mean > 0)
    if len(paid) < FEWEST:
        raise NoFit
    scale = float(np.median(paid.mean))
    x, mean = paid.repeats, paid.mean / scale

    def likelihood(parameters: Numbers) -> float:
        p, q, v = parameters
        log_gamma = special.gammaln
        each = (
            log_gamma(p * x + q) - log_gamma(p * x) - log_gamma(q) + q * np.log(v)
            + (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(v + x * mean)
        )  # fmt: skip
        return float(each.mean())

    p, q, v = most_likely(likelihood, start=(3.0, 3.0, 1.0))
    if q <= 1:  # amounts so uneven that they have no mean
        raise NoFit
    return Spending(p, q, v * scale)
