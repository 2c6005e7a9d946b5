"""What this room shows on the pages of customers, orders and products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.commerce.objects import ORDER, PRODUCT
from perennial.commerce.queries import buyers_of, figures_of, lines_of_product
from perennial.conditions.tree import Compare, Op
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.field_rights import is_hidden
from perennial.objects.panels import Panel, register_panel
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

CUSTOMERS = ("customers.customer", "customers.person", "customers.company")
PAGE = 25
_COLUMNS = ("number", "customer", "placed_at", "kind", "total", "line_count")


def customer_orders(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Orders of a customer, of a company with those of its people, the latest first."""
    buyers = buyers_of(record_id)
    page = query.select(
        ORDER, by=by, where=Compare("customer", Op.IN, buyers), columns=_COLUMNS, sort="-placed_at", limit=PAGE,
        after=params.get("after") or None,
    )  # fmt: skip
    return {"orders": page.rows, "next": page.next, "is_company": len(buyers) > 1}


def customer_figures(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What their orders say about them; nothing for somebody who never ordered, or whom the actor may not see."""
    figures = figures_of(record_id, by=by)
    if figures is None or not (figures.order_count or figures.return_count):
        return None
    return {"figures": figures, "currency": the_firm().currency}


def order_lines(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    row = query.get(ORDER, record_id, by=by, columns=("lines", "currency", "total"))
    if row.values["lines"] is None:  # not this actor's to read
        return None
    return {"lines": row.values["lines"], "currency": row.values["currency"], "total": row.values["total"]}


def product_orders(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any]:
    """The latest lines with a product, of orders that the actor may see."""
    query.get(PRODUCT, record_id, by=by, columns=())
    if is_hidden(ORDER.key, "lines", by):
        return {"lines": [], "next": None}
    lines = lines_of_product(record_id, before=whole_number(params.get("before", "")), limit=PAGE + 1)
    shown = lines[:PAGE]
    seen = query.allowed_ids(ORDER, [line.order_id for line in shown], by=by, verb="view")
    return {
        "lines": [line for line in shown if line.order_id in seen],
        "next": shown[-1].id if len(lines) > PAGE else None,
    }


register_panel(
    Panel(
        "commerce.orders",
        CUSTOMERS,
        _("Orders"),
        "commerce/_customer_orders.html",
        customer_orders,
        order=20,
        is_tab=True,
    )
)
register_panel(
    Panel(
        "commerce.figures",
        CUSTOMERS,
        _("Buying"),
        "commerce/_customer_figures.html",
        customer_figures,
        area="side",
        order=40,
    )
)
register_panel(
    Panel(
        "commerce.lines",
        ("commerce.order",),
        _("Lines"),
        "commerce/_order_lines.html",
        order_lines,
        order=10,
        is_tab=True,
    )
)
register_panel(Panel(
    "commerce.sold", ("commerce.product",), _("Sold"), "commerce/_product_orders.html", product_orders, order=10,
    is_tab=True))  # fmt: skip
