from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from perennial.customers.models.customer import Customer
from perennial.objects.models import Record, Searchable
from perennial.workspace.models import User


class Note(Record, Searchable):
    """What somebody wrote down about a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes", db_index=False)
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="customers_notes_say_something"),
            models.UniqueConstraint(
                "external_id", condition=Q(deleted_at=None, external_id__isnull=False), name="customers_note_external"
            ),
        ]
        indexes: ClassVar = [
            models.Index("customer", F("created_at").desc(), F("id").desc(), name="customers_note_customer"),
            models.Index(
                F("created_at").desc(), F("id").desc(), condition=Q(deleted_at=None), name="customers_note_new"
            ),
            GinIndex("grams", name="customers_note_grams"),
        ]
