"""BG/NBD: who is still a customer, and how often they will buy.

While alive a customer buys at random at a rate of their own; after each purchase they leave for good with a probability
of their own. Rates differ between customers by a gamma distribution (r, alpha), the probabilities by a beta (a, b).

Source: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing
Science 24 (2005); the numbers of equations below are its. The expectation is written after Euler's transformation of
the hypergeometric function, which keeps it finite for who buys every day.
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
class Buying:
    """Four numbers for a whole shop; alpha is in the unit of the histories' times."""

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, known: Histories) -> Numbers:
        """P(still a customer), one each (eq. 11, in odds). Who bought once may not have left yet, by the model: 1."""
        alive: Numbers = special.expit(-self._log_odds_of_having_left(known))
        return alive

    def buys_within(self, known: Histories, days: float) -> Numbers:
        """P(at least one purchase in so many days from now), one each."""
        shape, rate = self._rates(known)
        chance: Numbers = self.alive(known) * -np.expm1(shape * (np.log(rate) - np.log(rate + days)))
        return chance

    def purchases_within(self, known: Histories, days: float) -> Numbers:
        """Expected purchases in so many days from now, one each (eq. 10)."""
        a, x = self.a if abs(self.a - 1) > 1e-6 else self.a + 1e-6, known.repeats  # the formula has a gap at 1
        _shape, rate = self._rates(known)
        z = days / (rate + days)
        grown = special.hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b + x - 1, z)
        purchases: Numbers = (a + self.b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * grown) * self.alive(known)
        return purchases

    def next_purchase(self, known: Histories, share: float) -> Numbers:
        """Days from now until which the next purchase comes with this probability, for who is still alive."""
        shape, rate = self._rates(known)
        days: Numbers = rate * np.expm1(-np.log1p(-share) / shape)
        return days

    def log_likelihood(self, known: Histories) -> float:
        """Of all histories together (eq. 6)."""
        return float(_of_each(known, self.r, self.alpha, self.a, self.b).sum())

    def _rates(self, known: Histories) -> tuple[Numbers, Numbers]:
        """What their rate is, after what was seen: a gamma distribution of this shape and rate, if they are alive."""
        return self.r + known.repeats, self.alpha + known.age

    def _log_odds_of_having_left(self, known: Histories) -> Numbers:
        x = known.repeats
        silence = np.log(self.alpha + known.age) - np.log(self.alpha + known.last)
        with np.errstate(divide="ignore"):
            odds = np.log(self.a) - np.log(np.maximum(self.b + x - 1, 1e-300)) + (self.r + x) * silence
        of_each: Numbers = np.where(x > 0, odds, -np.inf)
        return of_each


def fit_buying(known: Histories) -> Buying:
    """The shop's four numbers. Raises `NoFit` where the purchases do not tell them."""
    if np.count_nonzero(known.repeats) < FEWEST:
        raise NoFit
    longest = float(known.age.max(initial=0.0)) or 1.0
    x, last, age = known.repeats, known.last / longest, known.age / longest
    kinds, of_kind, times = _alike(x, last, age)

    def mean(parameters: Numbers) -> float:
        r, alpha, a, b = parameters
        seen = Histories(ids=of_kind, repeats=kinds[0], last=kinds[1], age=kinds[2], mean=kinds[1])
        return float(_of_each(seen, r, alpha, a, b) @ times) / len(x)

    r, alpha, a, b = most_likely(mean, start=(0.5, 0.2, 0.7, 2.0))
    return Buying(r, alpha * longest, a, b)


def _alike(x: Numbers, last: Numbers, age: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Customers with the same history are counted once, with how many they are."""
    kinds, times = np.unique(np.stack([x, last, age]), axis=1, return_counts=True)
    return kinds, np.arange(kinds.shape[1]), times.astype(float)


def _of_each(known: Histories, r: float, alpha: float, a: float, b: float) -> Numbers:
    x = known.repeats
    log_gamma = special.gammaln
    bought = log_gamma(r + x) - log_gamma(r) + r * np.log(alpha)
    stayed = log_gamma(a + b) + log_gamma(b + x) - log_gamma(b) - log_gamma(a + b + x)
    alive = -(r + x) * np.log(alpha + known.age)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.log(a) - np.log(b + x - 1) - (r + x) * np.log(alpha + known.last)
    likelihood: Numbers = bought + stayed + np.logaddexp(alive, np.where(x > 0, left, -np.inf))
    return likelihood
