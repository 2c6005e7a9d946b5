from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Firm(models.Model):
    """The one organisation that this deployment serves: a single row."""

    class SellsTo(models.TextChoices):
        PEOPLE = "people", _("People")
        FIRMS = "firms", _("Firms")
        BOTH = "both", _("People and firms")

    class Sells(models.TextChoices):
        SHOP = "shop", _("Customers order when they like (a shop)")
        DEALS = "deals", _("We work on each sale (deals)")

    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="EUR")  # ISO 4217
    timezone = models.CharField(max_length=64, default="UTC")  # IANA
    language = models.CharField(max_length=8, default="en")
    sells_to = models.CharField(max_length=8, choices=SellsTo.choices, default=SellsTo.BOTH)
    sells = models.CharField(max_length=8, choices=Sells.choices, default=Sells.SHOP)
    clock_offset_seconds = models.BigIntegerField(default=0)  # business clock = real clock - offset; demos only
    has_sample = models.BooleanField(default=False)
    set_up_at = models.DateTimeField(null=True)  # None: nobody has gone through the first run yet

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="workspace_one_firm")]

    def __str__(self) -> str:
        return self.name
