"""What is known of a customer besides their fields: how long we have known them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.facts import Fact, register_fact
from perennial.objects.fields import MomentType

register_fact(Fact(
    "customers.tenure", "customers.customer", _("Known for"), MomentType(look="since"), "customers_customer",
    "created_at", _("The days since we first heard of them: their first order, call or visit with a name, or the day on"
                    " which they were added."),
    id_column="id",
))  # fmt: skip
