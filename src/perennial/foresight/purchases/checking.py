"""How good what would have been said a horizon ago turned out: the only ground on which anything is shown today."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from perennial.foresight.purchases.buying import fit_buying
from perennial.foresight.purchases.fitting import NoFit
from perennial.foresight.purchases.histories import Numbers
from perennial.foresight.purchases.reading import Purchases
from perennial.foresight.purchases.spending import fit_spending
from perennial.foresight.purchases.worth import worth_within
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
else:
    np = on_demand("numpy")

BANDS = 10
_COVERED = 0.85  # of 0.9 promised
_FEWEST = 50  # customers, half of what a share can be told from within some 14 points


@dataclass(frozen=True, slots=True)
class Band:
    """Customers of whom about the same was said."""

    customers: int
    said: float  # the chance of an order, on average
    came: float  # the share that ordered


@dataclass(frozen=True, slots=True)
class Check:
    """What was said of everybody a horizon before, beside what then happened.

    brier, brier_of_all: mean squared error of the chance, and of saying the share of all of each (Brier 1950); orders
    and money: what was expected divided by what came; covered: the share of customers whose money lay in their 90 %
    interval.
    """

    customers: int
    brier: float
    brier_of_all: float
    orders: float
    money: float
    covered: float
    bands: tuple[Band, ...]

    @property
    def is_good(self) -> bool:
        """Better than saying the same of everybody, and intervals that hold nearly what they promise. Sums may be off
        all the same: what comes with a season is not in anybody's rhythm. By how much they were is shown with them."""
        return self.brier < self.brier_of_all and self.covered >= _COVERED

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check(known: Purchases, *, as_of: datetime, days: int) -> Check | None:
    """None where there is not enough to check by: too few had bought by then, or nobody did later."""
    begin = as_of - timedelta(days=days)
    before, came = known.histories(begin), known.after(begin, as_of)
    if len(before) < _FEWEST or not len(came.who):
        return None
    try:
        buying, spending = fit_buying(before), fit_spending(before)
    except NoFit:
        return None
    place = np.searchsorted(before.ids, came.who)
    place[place == len(before)] = 0
    is_known = before.ids[place] == came.who
    orders = _times(place[is_known], came.days[is_known], len(before))
    paid = np.bincount(place[is_known], came.amounts[is_known], minlength=len(before))
    chance = buying.buys_within(before, days)
    worth = worth_within(before, buying, spending, days=days)
    did = (orders > 0).astype(float)
    return Check(
        customers=len(before),
        brier=float(np.mean((chance - did) ** 2)),
        brier_of_all=float(did.mean() * (1 - did.mean())),
        orders=_ratio(buying.purchases_within(before, days).sum(), orders.sum()),
        money=_ratio(worth.expected.sum(), paid.sum()),
        covered=float(np.mean((paid >= worth.low) & (paid <= worth.high))),
        bands=_bands(chance, did),
    )


def _times(place: Numbers, days: Numbers, customers: int) -> Numbers:
    """On how many days each ordered."""
    each = np.unique(np.stack([place, days.astype(np.int64)]), axis=1)[0]
    return np.bincount(each, minlength=customers)


def _ratio(expected: float, came: float) -> float:
    return float(expected / came) if came > 0 else float("inf")


def _bands(chance: Numbers, did: Numbers) -> tuple[Band, ...]:
    parts = np.array_split(np.argsort(chance, kind="stable"), min(BANDS, len(chance)))
    return tuple(Band(len(part), float(chance[part].mean()), float(did[part].mean())) for part in parts)
