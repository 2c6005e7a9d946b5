"""Named questions about orders, for other rooms and for panels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from perennial.commerce.customer_facts import TOUCHED
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.workspace.firm import the_firm

# A purchase occasion is a day, in the firm's zone, with an order. Parameters: ids, as_of, zone. One row each:
# customer_id, day, at (the first order of the day), orders, amount (in the firm's currency). A person's orders are
# there for their company as well. Use it as `WITH {OCCASIONS} SELECT … FROM occasion`.
OCCASIONS = f"""{TOUCHED},
    occasion AS (
        SELECT m.customer_id, (o.placed_at AT TIME ZONE %(zone)s)::date AS day, min(o.placed_at) AS at,
               count(*) AS orders, sum(o.base_total) AS amount
        FROM member m JOIN commerce_order o ON o.customer_id = m.buyer_id
        WHERE o.kind = 'order' AND o.deleted_at IS NULL AND o.placed_at <= %(as_of)s
        GROUP BY 1, 2
    )"""


class Occasion(NamedTuple):
    """A day on which a customer ordered. `at` is the first order of that day."""

    customer_id: int
    day: date
    at: datetime
    orders: int
    amount: Decimal


def purchase_occasions(customer_ids: Sequence[int], *, as_of: datetime | None = None) -> list[Occasion]:
    """The occasions of these customers and of their companies, by customer and day."""
    rows = fetch(
        f"WITH {OCCASIONS} SELECT customer_id, day, at, orders, amount FROM occasion ORDER BY customer_id, day",
        {"ids": list(customer_ids), "as_of": as_of or clock.now(), "zone": the_firm().timezone},
    )
    return [Occasion(*row) for row in rows]


def buyers_of(customer_id: int, *, limit: int = 1_000) -> tuple[int, ...]:
    """The customer and, of a company, its people: those whose orders are shown together."""
    return (customer_id, *(id for (id,) in fetch(
        "SELECT id FROM customers_customer WHERE company_id = %s AND deleted_at IS NULL ORDER BY id LIMIT %s",
        [customer_id, limit])))  # fmt: skip
