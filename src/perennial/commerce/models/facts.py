from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from perennial.customers.models import Customer


class CustomerGoods(models.Model):
    """What a customer has bought, as lists; derived, written by `customer_goods.refresh_goods` only."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    product_ids: ArrayField[Any, Any] = ArrayField(models.BigIntegerField(), default=list)
    channels: ArrayField[Any, Any] = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "commerce_customer_goods"
        indexes: ClassVar = [GinIndex(fields=["product_ids"], name="commerce_goods_products")]

    def __str__(self) -> str:
        return f"goods of customer {self.pk}"


class CustomerFacts(models.Model):
    """What a customer's orders say about them; derived, one row for each customer who ever ordered.

    Written by `customer_facts.refresh_facts` only. `next_flip_at` is when the passing of time alone changes a value.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    order_count = models.IntegerField(default=0)
    return_count = models.IntegerField(default=0)
    occasion_count = models.IntegerField(default=0)
    first_order_at = models.DateTimeField(null=True)
    last_order_at = models.DateTimeField(null=True)
    spent = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    spent_year = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    average_order = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    next_flip_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "commerce_customer_facts"
        indexes: ClassVar = [
            models.Index(fields=["order_count", "customer"], name="commerce_facts_orders"),
            models.Index(fields=["last_order_at", "customer"], name="commerce_facts_last"),
            models.Index(fields=["spent", "customer"], name="commerce_facts_spent"),
            models.Index(fields=["spent_year", "customer"], name="commerce_facts_year"),
            models.Index(
                fields=["next_flip_at"], name="commerce_facts_flip", condition=models.Q(next_flip_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"facts of customer {self.pk}"
