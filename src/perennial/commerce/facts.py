"""What orders say about a customer, as facts: columns, filters, clauses and sentences at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.commerce.past import buying_then, goods_then
from perennial.objects.facts import Fact, register_fact
from perennial.objects.fields import FieldType, Label, MomentType, MoneyType, RefsType, TextsType, WholeType
from perennial.objects.past import Past

_TOTALS = (("commerce.order", "total"), ("commerce.order", "base_total"))
_PLACED = (("commerce.order", "placed_at"),)
_RESTS_ON = {
    **dict.fromkeys(("spent", "spent_year", "average_order"), _TOTALS),
    **dict.fromkeys(("first_order_at", "last_order_at", "since_last_order", "occasion_count"), _PLACED),
}


def _fact(name: str, label: Label, type: FieldType, definition: Label, sentence: Label, column: str = "") -> None:
    register_fact(Fact(
        f"commerce.{name}", "customers.customer", label, type, "commerce_customer_facts", column or name, definition,
        sentence, rests_on=_RESTS_ON.get(name, ()), flips="next_flip_at",
        past=Past(buying_then, column or name),
    ))  # fmt: skip


_fact(
    "order_count", _("Orders"), WholeType(),
    _("How many orders they have placed; returns are not counted. A person's orders count for their company too."),
    _("ordered {value} times"),
)  # fmt: skip
_fact(
    "return_count", _("Returns"), WholeType(),
    _("How many returns, cancelled invoices and credit notes they have."),
    _("returned {value} times"),
)  # fmt: skip
_fact(
    "occasion_count", _("Days with an order"), WholeType(),
    _("On how many days, in the firm's time zone, they have ordered. Two orders on one day are one occasion."),
    _("ordered on {value} days"),
)  # fmt: skip
_fact(
    "first_order_at", _("First order"), MomentType(),
    _("When they placed their first order."), _("ordered first on {value}"),
)  # fmt: skip
_fact(
    "last_order_at", _("Last order"), MomentType(),
    _("When they placed their latest order. Returns do not count."), _("ordered last on {value}"),
)  # fmt: skip
_fact(
    "since_last_order", _("Since the last order"), MomentType(look="since"),
    _("The days since their latest order. Returns do not count."), _("ordered last on {value}"), "last_order_at",
)  # fmt: skip
_fact(
    "spent", _("Spent in all"), MoneyType(),
    _("The sum of all orders less all returns, shipping and discounts included, at the rates of their days."),
    _("spent {value} in all"),
)  # fmt: skip
_fact(
    "spent_year", _("Spent in 12 months"), MoneyType(),
    _("The sum of the orders less the returns of the last 365 days."), _("spent {value} in the last 12 months"),
)  # fmt: skip
register_fact(Fact(
    "commerce.products", "customers.customer", _("Products bought"), RefsType("commerce.product"),
    "commerce_customer_goods", "product_ids",
    _("The products of all their orders. A person's orders count for their company too; returns take nothing out."),
    _("has bought {value}"), rests_on=(("commerce.order", "lines"), ("commerce.product", "")),
    past=Past(goods_then, "product_ids"),
))  # fmt: skip
register_fact(Fact(
    "commerce.channels", "customers.customer", _("Channels ordered by"), TextsType(),
    "commerce_customer_goods", "channels", _("The channels through which they have ordered, as their orders say."),
    _("orders by {value}"), rests_on=(("commerce.order", "channel"),),
    past=Past(goods_then, "channels"),
))  # fmt: skip
_fact(
    "average_order", _("Average order"), MoneyType(),
    _("The average total of their orders. Returns are left out."), _("orders {value} on average"),
)  # fmt: skip
