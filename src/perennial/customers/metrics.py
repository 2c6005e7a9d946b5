"""Who comes and how long they have been with us, as metrics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.metrics.contract import Metric, Shown, register_metric
from perennial.metrics.expressions import Age, Flow, Records

_BY = ("stage", "country", "city", "owner")

register_metric(Metric(
    "customers.added", _("Customers added"), Flow(Records("customers.customer", at="created_at")), Shown.NUMBER,
    _("How many people and companies were added."), _BY,
))  # fmt: skip
register_metric(Metric(
    "customers.tenure", _("Tenure"), Age("customers.customer", since="created_at"), Shown.DAYS,
    _("How many days customers have been known to us, on average, at the end of the period."), _BY,
))  # fmt: skip
