"""What was learnt of purchases, under its version, and what is expected of each customer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F

from perennial.customers.models import Customer
from perennial.foundation import clock


class Fitted(models.Model):
    """The numbers of both models for the whole firm. One that told less than saying the same of everybody is kept with
    what was found, and is not used."""

    as_of = models.DateTimeField()  # purchases up to here were seen, by the business clock
    days = models.IntegerField()  # of the horizon
    customers = models.IntegerField()
    buyers = models.BigIntegerField()  # as PostgreSQL estimated them then: when that has changed, it is time again
    numbers: models.JSONField[Any, Any] = models.JSONField()  # of `buying` and `spending`
    check: models.JSONField[Any, Any] = models.JSONField(db_column="checked")  # what `checking` found
    is_used = models.BooleanField()
    fitted_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "foresight_purchases_fitted"

    def __str__(self) -> str:
        return f"purchases up to {self.as_of:%Y-%m-%d}"


class Expected(models.Model):
    """What is expected of a customer within the horizon; derived, written by `keeping` only. Money is in the base
    currency: revenue, because what things cost the firm is not known here."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    chance = models.DecimalField(max_digits=4, decimal_places=1)  # of an order, in percent
    orders = models.DecimalField(max_digits=8, decimal_places=2)
    worth = models.DecimalField(max_digits=18, decimal_places=2)
    worth_low = models.DecimalField(max_digits=18, decimal_places=2)
    worth_high = models.DecimalField(max_digits=18, decimal_places=2)
    at_stake = models.DecimalField(max_digits=18, decimal_places=2)
    next_at = models.DateTimeField(
        null=True
    )  # half of those like them have ordered by then, if they are still customers
    late_at = models.DateTimeField(null=True)  # nine of ten have

    class Meta:
        db_table = "foresight_expected"
        indexes: ClassVar = [
            models.Index(F("chance"), "customer", name="foresight_expected_chance"),
            models.Index(F("worth"), "customer", name="foresight_expected_worth"),
            models.Index(F("at_stake"), "customer", name="foresight_expected_stake"),
            models.Index(F("next_at"), "customer", name="foresight_expected_next"),
        ]

    def __str__(self) -> str:
        return f"expected of customer {self.pk}"
