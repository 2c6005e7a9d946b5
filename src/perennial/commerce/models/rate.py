from __future__ import annotations

from typing import ClassVar

from django.db import models


class Rate(models.Model):
    """What one unit of `currency` was worth in the firm's currency, from `day` until the next row's day."""

    currency = models.CharField(max_length=3)  # ISO 4217
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "day"], name="commerce_rate_of_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="commerce_rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day} {self.rate}"
