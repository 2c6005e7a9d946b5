"""Named questions about orders, for other rooms and for panels."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from perennial.commerce.models import CustomerFacts
from perennial.conditions.resolver import Sql
from perennial.customers.objects import CUSTOMER
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.field_rights import hidden
from perennial.objects.fields.ref import LARGEST_ID
from perennial.objects.record_fields import FACT
from perennial.objects.statements import selection
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def buyers_of(customer_id: int, *, limit: int = 1_000) -> tuple[int, ...]:
    """The customer and, of a company, its people: those whose orders are shown together."""
    return (customer_id, *(id for (id,) in fetch(
        "SELECT id FROM customers_customer WHERE company_id = %s AND deleted_at IS NULL ORDER BY id LIMIT %s",
        [customer_id, limit])))  # fmt: skip


class SoldLine(NamedTuple):
    """A line of an order, as a product's page shows it."""

    id: int
    order_id: int
    number: str
    placed_at: datetime
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    currency: str


def lines_of_product(product_id: int, *, before: int | None = None, limit: int = 26) -> list[SoldLine]:
    """The lines written last that name a product; `before` is the id of the last one already seen."""
    rows = fetch(
        "SELECT l.id, o.id, o.number, o.placed_at, l.quantity, l.unit_price, l.amount, o.currency"
        " FROM commerce_order_line l JOIN commerce_order o ON o.id = l.order_id"
        " WHERE l.product_id = %s AND l.id < %s AND o.deleted_at IS NULL ORDER BY l.id DESC LIMIT %s",
        [product_id, before or LARGEST_ID, limit],
    )
    return [SoldLine(*row) for row in rows]


def figures_of(customer_id: int, *, by: Actor) -> CustomerFacts | None:
    """None too when the customer is not the actor's to see; facts that they may not read are None."""
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        return None
    seen = selection(CUSTOMER, by=by, verb="view").statement("r.id", also=[Sql("r.id = %s", (customer_id,))])
    found = CustomerFacts.objects.raw(
        f"SELECT f.* FROM commerce_customer_facts f WHERE f.customer_id IN ({seen.text})", seen.params
    )
    figures = next(iter(found), None)
    for key in hidden(CUSTOMER, by) if figures is not None else ():
        if key.startswith(f"{FACT}commerce."):
            setattr(figures, key.rpartition(".")[2], None)
    return figures
