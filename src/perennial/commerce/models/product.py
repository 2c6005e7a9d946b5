from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from perennial.objects.models import Record, Searchable

_ALIVE = models.Q(deleted_at=None)


class LineKind(models.TextChoices):
    """What a line charges for. Goods are what the customer wanted; the rest comes with them."""

    GOODS = "goods", _("Goods")
    SHIPPING = "shipping", _("Shipping")
    FEE = "fee", _("Fee")
    DISCOUNT = "discount", _("Discount")
    ADJUSTMENT = "adjustment", _("Adjustment")
    VOUCHER = "voucher", _("Gift voucher")
    OTHER = "other", _("Other")


class Product(Record, Searchable):
    """Something that lines name by its stock code; codes that differ only in capitals are one product.

    An import keeps name and price as the latest line (`seen_at`) has them, until somebody sets them by hand (None).
    `price` is in the firm's currency.
    """

    sku = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.GOODS)
    price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Upper("sku"), name="commerce_product_sku", condition=_ALIVE),
            models.UniqueConstraint(
                fields=["external_id"],
                name="commerce_product_external",
                condition=_ALIVE & models.Q(external_id__isnull=False),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=LineKind.values), name="commerce_product_kind"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="commerce_product_order"),
            models.Index(fields=["sku", "id"], name="commerce_product_code"),
            models.Index(fields=["price", "id"], name="commerce_product_price"),
            GinIndex(fields=["grams"], name="commerce_product_grams"),
        ]

    def __str__(self) -> str:
        return self.name
