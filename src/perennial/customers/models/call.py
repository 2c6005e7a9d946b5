from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from perennial.customers.models.customer import Customer
from perennial.foundation import clock
from perennial.objects.models import Record, Searchable
from perennial.workspace.models import User


class Call(Record, Searchable):
    """A telephone call with a customer: which way, how it ended, what was said."""

    class Direction(models.TextChoices):
        OUT = "out", _("We called")
        IN = "in", _("They called")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Spoke")
        NO_ANSWER = "no_answer", _("No answer")
        VOICEMAIL = "voicemail", _("Left a message")
        CALL_BACK = "call_back", _("Call back later")
        WRONG_NUMBER = "wrong_number", _("Wrong number")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="calls", db_index=False)
    direction = models.CharField(max_length=3, choices=Direction.choices, default="out", db_default="out")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="reached", db_default="reached")
    summary = models.TextField(null=True)
    at = models.DateTimeField(default=clock.now)
    caller = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    seconds = models.IntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(direction__in=["in", "out"]), name="customers_call_direction"),
            models.CheckConstraint(
                condition=Q(outcome__in=["reached", "no_answer", "voicemail", "call_back", "wrong_number"]),
                name="customers_call_outcome",
            ),
            models.CheckConstraint(condition=Q(seconds=None) | Q(seconds__gte=0), name="customers_call_seconds"),
            models.UniqueConstraint(
                "external_id", condition=Q(deleted_at=None, external_id__isnull=False), name="customers_call_external"
            ),
        ]
        indexes: ClassVar = [
            models.Index("customer", F("at").desc(), F("id").desc(), name="customers_call_customer"),
            models.Index(F("at").desc(), F("id").desc(), condition=Q(deleted_at=None), name="customers_call_at"),
            GinIndex("grams", name="customers_call_grams"),
        ]
