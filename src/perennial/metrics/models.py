"""The rows behind metrics that users made."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from perennial.foundation import clock
from perennial.workspace.models import User


class MadeMetric(models.Model):
    """`key` is "made." and a word, permanent. `number` is the version that holds."""

    key = models.CharField(max_length=80, unique=True)
    label = models.CharField(max_length=80)
    definition = models.CharField(max_length=400, blank=True)
    shown = models.CharField(max_length=10, default="number")
    grain = models.CharField(max_length=10, default="month")
    is_good = models.BooleanField(null=True, default=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    number = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=clock.real_now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "metrics_made"

    def __str__(self) -> str:
        return self.label


class MadeMetricVersion(models.Model):
    """What a metric counted, from when, and who said so. Versions are never changed."""

    metric = models.ForeignKey(MadeMetric, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    expression: models.JSONField[Any, Any] = models.JSONField()
    dimensions: models.JSONField[Any, Any] = models.JSONField(default=list)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "metrics_made_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["metric", "number"], name="metrics_made_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.metric_id}@{self.number}"
