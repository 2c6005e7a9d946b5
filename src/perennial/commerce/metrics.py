"""What orders come to, as metrics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import Compare, Op
from perennial.metrics.contract import Metric, Shown, register_metric
from perennial.metrics.expressions import Flow, Flowing, Ratio, Records, Subjects, Which

_BY = ("country", "channel", "source", "customer.stage", "customer.country")
DOCUMENTS = Records("commerce.order", at="placed_at", of="customer")
ORDERS = Records("commerce.order", at="placed_at", of="customer", where=Compare("kind", Op.EQ, "order"))

REVENUE = register_metric(Metric(
    "commerce.revenue", _("Revenue"), Flow(DOCUMENTS, Flowing.SUM, "base_total"), Shown.MONEY,
    _("What was ordered less what came back, at the rates of the day."), _BY,
))  # fmt: skip
ORDER_COUNT = register_metric(Metric(
    "commerce.orders", _("Orders"), Flow(ORDERS), Shown.NUMBER,
    _("How many orders were placed; returns are none."), _BY,
))  # fmt: skip
AVERAGE_ORDER = register_metric(Metric(
    "commerce.average_order", _("Average order"), Flow(ORDERS, Flowing.AVERAGE, "base_total"), Shown.MONEY,
    _("What an order comes to on average; returns are left out."), _BY,
))  # fmt: skip
BUYERS = register_metric(Metric(
    "commerce.buyers", _("Customers who ordered"), Subjects(ORDERS), Shown.NUMBER,
    _("How many different customers ordered."), _BY,
))  # fmt: skip
NEW_BUYERS = register_metric(Metric(
    "commerce.new_buyers", _("New customers"), Subjects(ORDERS, Which.NEW), Shown.NUMBER,
    _("How many customers ordered for the first time."), _BY,
))  # fmt: skip
RETURNING = register_metric(Metric(
    "commerce.returning", _("Returning customers"), Subjects(ORDERS, Which.RETURNING), Shown.NUMBER,
    _("How many customers ordered who had ordered in an earlier period."), _BY,
))  # fmt: skip
REPEAT_RATE = register_metric(Metric(
    "commerce.repeat_rate", _("Repeat rate"), Ratio(Subjects(ORDERS, Which.RETURNING), Subjects(ORDERS)), Shown.PERCENT,
    _("Of the customers who ordered, the share who had ordered in an earlier period."), _BY,
))  # fmt: skip
