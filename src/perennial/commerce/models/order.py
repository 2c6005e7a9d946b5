from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.commerce.models.product import LineKind, Product
from perennial.customers.models import Customer
from perennial.objects.models import Record, Searchable

_ALIVE = models.Q(deleted_at=None)  # a deleted order gives its number free: its import may be corrected and repeated


class Order(Record, Searchable):
    """An invoice, or (kind return) a credit note with negative amounts. Without a customer it is a guest's.

    `base_total` is the total in the firm's currency at `rate`, the rate of the day it was placed, fixed when written.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        RETURN = "return", _("Return")

    number = models.CharField(max_length=80)
    source = models.CharField(max_length=40, default="perennial")  # numbers are unique within their source
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ORDER)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    profile_id = models.BigIntegerField(null=True)  # the profile that its events point at; none for guests
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    total = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    base_total = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    line_count = models.IntegerField(default=0)
    channel = models.CharField(max_length=40, null=True)
    country = models.CharField(max_length=2, null=True)  # ISO 3166-1 alpha-2

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "source"], name="commerce_order_number", condition=_ALIVE),
            models.UniqueConstraint(
                fields=["external_id"],
                name="commerce_order_external",
                condition=_ALIVE & models.Q(external_id__isnull=False),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["order", "return"]), name="commerce_order_kind"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="commerce_order_rate"),
            models.CheckConstraint(condition=models.Q(line_count__gte=0), name="commerce_order_line_count"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer", "-placed_at", "-id"],
                name="commerce_order_customer",
                condition=models.Q(customer__isnull=False),
            ),
            models.Index(fields=["placed_at", "id"], name="commerce_order_placed"),
            models.Index(fields=["sort_key", "id"], name="commerce_order_sort"),
            models.Index(fields=["total", "id"], name="commerce_order_total"),
            GinIndex(fields=["grams"], name="commerce_order_grams"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """A part of an order. `fingerprint` says what the line is, so that the same line is written once an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    product = models.ForeignKey(  # unchecked: a check of each line costs an import a tenth of its time
        Product, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.GOODS)
    description = models.CharField(max_length=400, blank=True, default="")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    fingerprint = models.BigIntegerField()

    class Meta:
        db_table = "commerce_order_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "fingerprint"], name="commerce_order_line_once"),
            models.CheckConstraint(condition=models.Q(kind__in=LineKind.values), name="commerce_order_line_kind"),
        ]
        indexes: ClassVar = [models.Index(fields=["product", "-id"], name="commerce_order_line_product")]

    def __str__(self) -> str:
        return self.description
