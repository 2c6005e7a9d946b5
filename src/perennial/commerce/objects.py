"""What a product and an order are to the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.commerce import placing
from perennial.commerce.models import LineKind, Order, Product
from perennial.foundation import clock
from perennial.objects.fields import (
    Choice,
    Country,
    Label,
    Lines,
    Moment,
    Money,
    Number,
    Ref,
    Text,
    Whole,
)
from perennial.objects.types import List, ObjectType, Shared, Through, register

PRODUCT = register(ObjectType(
    key="commerce.product", model=Product, label=_("Product"), label_plural=_("Products"), path="products",
    icon="package", title="name", detail="sku", access=Shared(), search=("name", "sku"), external="sku",
    fields=(
        Text("name", _("Name"), required=True, aliases=("description", "product", "product name", "title")),
        Text("sku", _("Stock code"), longest=80, required=True,
             aliases=("stock code", "stockcode", "code", "product code", "article", "item number")),
        Choice("kind", _("Kind"), LineKind, default="goods", is_sortable=False),
        Money("price", _("Price"), aliases=("unit price", "unitprice", "list price")),
        Text("external_id", _("External id"), is_sortable=False),
        Moment("created_at", _("Added"), readonly=True, is_sortable=False),
    ),
    list=List(("name", "sku", "kind", "price"), sort="name", filters=(
        (_("Goods"), 'kind = "goods"'),
        (_("Charges"), 'kind != "goods"'),
    )),
    form=("name", "sku", "price", "kind"), on_updated=placing.products_updated,
))  # fmt: skip

LINES = Lines(
    "lines", _("Lines"),
    (
        Ref("product", _("Product"), "commerce.product"),
        Text("description", _("Description"), longest=400),
        Number("quantity", _("Quantity"), places=3, required=True),
        Number("unit_price", _("Price"), required=True),
        Choice("kind", _("Kind"), LineKind, default="goods"),
        Number("amount", _("Amount"), readonly=True),
    ),
    table="commerce_order_line", parent="order_id", required=True,
)  # fmt: skip


MOST_PIECES = Decimal(10) ** 9
MOST = Decimal(10) ** 10  # of a line; thousands of them still fit the total
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks of other systems differ


def check_order(values: Mapping[str, Any]) -> Mapping[str, Label]:
    """What came back stands with a minus, what went out with a plus."""
    lines = values.get("lines")
    if lines is None:
        return {}
    if not lines:
        return {"lines": _("An order needs at least one line.")}
    if any(abs(line["quantity"]) > MOST_PIECES or abs(line["quantity"] * line["unit_price"]) > MOST for line in lines):
        return {"lines": _("This quantity or amount is too large.")}
    placed_at = values.get("placed_at")
    if placed_at is not None and not EARLIEST <= placed_at <= clock.now() + AHEAD:
        return {"placed_at": _("An order was placed after 1970 and not in the future.")}
    is_return = values.get("kind") == Order.Kind.RETURN
    if any(line["quantity"] == 0 or (line["quantity"] < 0) != is_return for line in lines):
        return {"lines": _("Quantities are above zero in an order and below zero in a return.")}
    return {}


ORDER = register(ObjectType(
    key="commerce.order", model=Order, label=_("Order"), label_plural=_("Orders"), path="orders", icon="shopping-bag",
    title="number", detail="customer", access=Through("customer_id", "customers.customer"), search=("number",),
    since="placed_at",
    fields=(
        Text("number", _("Number"), longest=80, aliases=("order number", "invoice", "invoice no", "order")),
        Choice("kind", _("Kind"), Order.Kind, default="order", is_sortable=False),
        Ref("customer", _("Customer"), "customers.customer", is_sortable=False),
        Moment("placed_at", _("Placed"), aliases=("date", "order date", "invoice date")),
        Money("total", _("Total"), currency="currency", readonly=True),
        Money("base_total", _("Total in our currency"), readonly=True, is_sortable=False),
        Whole("line_count", _("Lines"), readonly=True, is_sortable=False),
        Text("currency", _("Currency"), longest=3, is_sortable=False),
        Country("country", _("Country"), is_sortable=False),
        Text("channel", _("Channel"), longest=40, is_sortable=False),
        Text("source", _("Source"), longest=40, readonly=True, is_sortable=False),
        LINES,
        Text("external_id", _("External id"), is_sortable=False),
        Moment("created_at", _("Added"), readonly=True, is_sortable=False),
    ),
    list=List(("number", "customer", "placed_at", "total", "line_count", "kind", "country"), sort="-placed_at",
              filters=(
        (_("Orders"), 'kind = "order"'),
        (_("Returns"), 'kind = "return"'),
        (_("Guests"), "customer is empty"),
        (_("Last 30 days"), "placed_at within 30 days"),
    )),
    form=("number", "customer", "kind", "placed_at", "currency", "country", "channel", "lines"),
    can_edit=False,  # an order is a document: it is corrected by a return, or deleted
    create=placing.place_orders, check=check_order,
    on_deleted=placing.orders_changed, on_restored=placing.orders_changed,
))  # fmt: skip
