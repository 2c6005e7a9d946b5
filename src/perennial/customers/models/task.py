from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from perennial.customers.models.customer import Customer
from perennial.objects.models import OwnedRecord, Record, Searchable
from perennial.workspace.models import User

_OPEN = Q(deleted_at=None, done_at=None)


class Task(Record, Searchable, OwnedRecord):
    """Something somebody will do, mostly about a customer. Done is a moment and a person, not a flag."""

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")

    title = models.CharField(max_length=300)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="tasks", db_index=False)
    due_at = models.DateTimeField(null=True)
    priority = models.CharField(max_length=6, choices=Priority.choices, default="normal", db_default="normal")
    note = models.TextField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="customers_tasks_have_a_title"),
            models.CheckConstraint(condition=Q(priority__in=["low", "normal", "high"]), name="customers_task_priority"),
            models.CheckConstraint(condition=Q(done_by=None) | Q(done_at__isnull=False), name="customers_task_done_by"),
            models.UniqueConstraint(
                "external_id", condition=Q(deleted_at=None, external_id__isnull=False), name="customers_task_external"
            ),
        ]
        indexes: ClassVar = [
            models.Index("due_at", "id", condition=_OPEN, name="customers_task_due"),
            models.Index("owner", "due_at", "id", condition=_OPEN, name="customers_task_owner_due"),
            models.Index("due_at", "id", condition=Q(deleted_at=None), name="customers_task_all_due"),
            models.Index("customer", F("created_at").desc(), name="customers_task_customer"),
            models.Index(
                F("created_at").desc(), F("id").desc(), condition=Q(deleted_at=None), name="customers_task_new"
            ),
            models.Index("sort_key", "id", condition=Q(deleted_at=None), name="customers_task_title"),
            GinIndex("grams", name="customers_task_grams"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
