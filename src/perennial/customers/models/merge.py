from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from perennial.customers.models.customer import Customer
from perennial.foundation import clock


class Merge(models.Model):
    """One customer went into another. Keeps what is needed to take it apart again.

    `moved` maps "table.column" to the ids of the rows that were re-pointed, `chosen` a field of the winner to its
    value before and after, `carried` is what the winner was given beside (`objects.duplicates.beside`).
    """

    winner = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    loser = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    moved: models.JSONField[Any, Any] = models.JSONField(default=dict)
    chosen: models.JSONField[Any, Any] = models.JSONField(default=dict)
    carried: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=40)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=40, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="customers_merge_of_two"),
            models.UniqueConstraint(F("loser"), condition=Q(undone_at=None), name="customers_merged_once"),
        ]
