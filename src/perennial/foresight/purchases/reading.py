"""Purchases as the lake knows them: who, when, how much. A person's count for their company as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from perennial.foresight.purchases.histories import Histories, Numbers, histories
from perennial.foundation.libraries import on_demand
from perennial.objects.zones import firm_zone

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from perennial.commerce import past
else:
    np, pa = on_demand("numpy"), on_demand("pyarrow", "pyarrow.compute")
    past = on_demand("perennial.commerce.past")


@dataclass(frozen=True, slots=True)
class Purchases:
    """One row a purchase: (n,) of customer, day in the firm's zone, amount in the base currency."""

    who: Numbers
    days: Numbers
    amounts: Numbers

    def histories(self, until: datetime) -> Histories:
        """As they were at the end of the day before this instant's."""
        return histories(self.who, self.days, self.amounts, as_of=day_of(until) - np.timedelta64(1, "D"))

    def after(self, begin: datetime, end: datetime) -> Purchases:
        """From the day of one instant up to the day before the other's."""
        chosen = (self.days >= day_of(begin)) & (self.days < day_of(end))
        return Purchases(self.who[chosen], self.days[chosen], self.amounts[chosen])


def purchases(lake: Any, as_of: datetime) -> Purchases:
    """All that were made up to an instant. Returns are no purchases, and take nothing back here."""
    if "record_commerce_order" not in lake.tables:
        nothing = np.zeros(0)
        return Purchases(np.zeros(0, np.int64), np.zeros(0, "datetime64[D]"), nothing)
    bought = past.bought(lake, as_of)
    bought = bought.filter(bought.kind == "order")
    found = lake.arrow(bought.select("record", "placed_at", total=bought.base_total.cast("float64")))
    local = pa.compute.local_timestamp(
        found.column("placed_at").cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", str(firm_zone())))
    )
    return Purchases(
        found.column("record").to_numpy(),
        local.to_numpy().astype("datetime64[D]"),
        np.nan_to_num(found.column("total").to_numpy()),
    )


def day_of(at: datetime) -> Any:
    return np.datetime64(at.astimezone(firm_zone()).date(), "D")
