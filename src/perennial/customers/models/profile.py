from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from perennial.customers.models.customer import Customer
from perennial.foundation import clock


class Profile(models.Model):
    """Whom events arrive for. `made_for` is the customer that a `record` profile was made with; merging moves
    `customer` and leaves it. (A column `xid`, unknown to the ORM, marks the transaction that wrote the row last, so
    that the lake can follow the mapping.)"""

    class Kind(models.TextChoices):
        ANONYMOUS = "anonymous", _("Visitor")
        USER = "user", _("User")
        RECORD = "record", _("Record")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="profiles")
    made_for = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now, db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["anonymous", "user", "record"]), name="customers_profile_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="record", made_for__isnull=False, customer__isnull=False)
                | (~Q(kind="record") & Q(made_for=None)),
                name="customers_profile_of_record",
            ),
            models.UniqueConstraint(
                F("made_for"), condition=Q(made_for__isnull=False), name="customers_one_record_profile"
            ),
        ]


class Identity(models.Model):
    """Something by which a profile is recognised. `external` values carry the kind in front: "person:4711"."""

    class Kind(models.TextChoices):
        ANONYMOUS_ID = "anonymous_id", _("Visitor id")
        USER_ID = "user_id", _("User id")
        EMAIL = "email", _("E-mail address")
        EXTERNAL = "external", _("External id")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = models.CharField(max_length=400)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="identities")
    created_at = models.DateTimeField(default=clock.now, db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value"], name="customers_identity_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["anonymous_id", "user_id", "email", "external"]) & ~Q(value=""),
                name="customers_identity_kind",
            ),
        ]
