from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from perennial.customers.models.customer import Customer
from perennial.foundation import clock


class Consent(models.Model):
    """One answer to one question, with its proof. Rows are only added; the latest of a purpose and channel counts."""

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        PROFILING = "profiling", _("Personal offers")
        ANALYTICS = "analytics", _("Statistics")
        RESEARCH = "research", _("Surveys")

    class Channel(models.TextChoices):
        ANY = "any", _("Any channel")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        PHONE = "phone", _("Telephone")
        POST = "post", _("Letter")
        WEB = "web", _("Website")

    class State(models.TextChoices):
        GRANTED = "granted", _("Given")
        DENIED = "denied", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=9, choices=State.choices)
    source = models.CharField(max_length=200, default="")  # where it was asked: a form, a call, an import
    text = models.TextField(default="")  # the words that they agreed to
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=40)  # who recorded it, as the logs name them

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["granted", "denied", "withdrawn"]), name="customers_consent_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "customer", "purpose", "channel", F("at").desc(), F("id").desc(), name="customers_consent_latest"
            ),
        ]
