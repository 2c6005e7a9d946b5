"""How customers move along, as metrics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.commerce.metrics import ORDERS
from perennial.metrics.contract import Metric, Shown, register_metric
from perennial.metrics.expressions import Events, Ratio, Standing, Subjects, Which
from perennial.metrics.grain import Grain

_CUSTOMER = "customers.customer"
_BY = ("customer.country", "customer.city")

register_metric(Metric(
    "lifecycle.customers_by_stage", _("Customers by stage"), Standing("lifecycle.stage_changed", _CUSTOMER, "to"),
    Shown.NUMBER, _("How many customers stand at each stage at the end of the period."), ("to", *_BY),
))  # fmt: skip
register_metric(Metric(
    "lifecycle.lapsed", _("Customers who lapsed"), Subjects(Events("lifecycle.lapsed", _CUSTOMER)), Shown.NUMBER,
    _("How many customers fell silent for twice the time that makes them quiet."), _BY, is_good=False,
))  # fmt: skip
register_metric(Metric(
    "lifecycle.churn_rate", _("Churn rate"),
    Ratio(Subjects(Events("lifecycle.lapsed", _CUSTOMER)), Subjects(ORDERS, Which.YEAR_BEFORE)), Shown.PERCENT,
    _("Customers who lapsed, beside those who had ordered in the 365 days before the period."), ("customer.country",),
    grain=Grain.QUARTER, is_good=False,
))  # fmt: skip
