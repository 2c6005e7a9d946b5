"""What both models know of a customer: four numbers, made of a list of purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[Any]
else:
    np, Numbers = on_demand("numpy"), Any


@dataclass(frozen=True, slots=True)
class Histories:
    """One row a customer, sorted by id; times in days.

    ids: (n,) of int64. repeats: purchases after the first, those of one day counting as one. last: from the first
    purchase to the last. age: from the first purchase to the day it is looked at. mean: amount of a repeat purchase on
    average, NaN where there was none (or none with an amount above 0).
    """

    ids: Numbers
    repeats: Numbers
    last: Numbers
    age: Numbers
    mean: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, chosen: Numbers | slice) -> Histories:
        """Those of a mask, of places, or of a stretch."""
        parts = (self.ids, self.repeats, self.last, self.age, self.mean)
        return Histories(*(part[chosen] for part in parts))


def histories(ids: Numbers, at: Numbers, amounts: Numbers, *, as_of: Any) -> Histories:
    """Made of purchases: who (int64), when (datetime64, in any order), how much. What is after `as_of` is not seen.

    Whole days count: who orders three times in an afternoon has decided once.
    """
    until = np.datetime64(as_of, "D")
    days = at.astype("datetime64[D]")
    seen = days <= until
    who, day, amount = ids[seen], days[seen].astype(np.int64), amounts[seen].astype(float)
    order = np.lexsort((day, who))
    who, day, amount = who[order], day[order], amount[order]
    if len(who) == 0:
        nothing = np.zeros(0)
        return Histories(np.zeros(0, np.int64), nothing, nothing, nothing, nothing)

    starts = np.flatnonzero(np.r_[True, (who[1:] != who[:-1]) | (day[1:] != day[:-1])])
    who, day, amount = who[starts], day[starts], np.add.reduceat(amount, starts)
    first = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    count = np.diff(np.r_[first, len(who)])
    is_repeat = np.ones(len(who), bool)
    is_repeat[first] = False
    paid = is_repeat & (amount > 0)
    times = np.add.reduceat(paid.astype(float), first)
    total = np.add.reduceat(np.where(paid, amount, 0.0), first)
    with np.errstate(invalid="ignore"):
        mean = total / times
    return Histories(
        ids=who[first],
        repeats=(count - 1).astype(float),
        last=(day[first + count - 1] - day[first]).astype(float),
        age=(until.astype(np.int64) - day[first]).astype(float),
        mean=mean,
    )
