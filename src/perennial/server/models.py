from __future__ import annotations

from django.db import models


class LoopState(models.Model):
    """How a loop of the worker fares, for the health page and /metrics."""

    name = models.CharField(max_length=100, primary_key=True)
    last_turn_at = models.DateTimeField(null=True)
    last_work_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)  # in a row; 0 once a turn succeeds
    last_error = models.TextField(blank=True, default="")
    last_error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_stalled(self) -> bool:
        return self.failures > 0
