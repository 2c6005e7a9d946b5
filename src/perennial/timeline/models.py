"""Rows that the ORM reads. The two logs are written and read set-based (`record`, `consumers`) and have no model."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from perennial.foundation import clock
from perennial.workspace.models import User


class Notification(models.Model):
    """Something one user should know. `sentence` is kept as it was said, in their language."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    sentence = models.CharField(max_length=400)
    url = models.CharField(max_length=400, blank=True)
    details: models.JSONField[Any, Any] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.real_now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="timeline_notification_user")]

    def __str__(self) -> str:
        return self.sentence
