"""A shop whose numbers are known: customers who buy, and leave, as the models say."""

from __future__ import annotations

from datetime import date

import numpy as np

from perennial.foresight.purchases.buying import Buying
from perennial.foresight.purchases.histories import Numbers
from perennial.foresight.purchases.spending import Spending

BUYING = Buying(r=0.8, alpha=40.0, a=0.6, b=2.5)
SPENDING = Spending(p=6.0, q=4.0, v=60.0)
OPENED, CLOSES = date(2025, 1, 1), date(2026, 6, 30)


def purchases(customers: int, *, seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Who, when, how much; everybody's first purchase falls in the first ninety days."""
    draw = np.random.default_rng(seed)
    days = (CLOSES - OPENED).days
    who: list[int] = []
    when: list[float] = []
    amounts: list[float] = []
    for customer in range(customers):
        at = float(draw.uniform(0, 90))
        rate, leaves = draw.gamma(BUYING.r) / BUYING.alpha, draw.beta(BUYING.a, BUYING.b)
        scale = SPENDING.v / draw.gamma(SPENDING.q)
        bought = 0
        while at < days and not (bought > 1 and draw.random() < leaves):  # nobody leaves at their first
            who.append(customer)
            when.append(at)
            bought += 1
            amounts.append(float(draw.gamma(SPENDING.p) * scale))
            at += float(draw.exponential(1 / rate))
    return np.array(who), np.datetime64(OPENED, "D") + np.floor(when).astype("timedelta64[D]"), np.array(amounts)
