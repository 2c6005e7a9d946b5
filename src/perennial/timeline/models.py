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


class Delivery(models.Model):
    """One request that leaves the house (see `outbox`). Read and written set-based."""

    key = models.CharField(max_length=120, unique=True)
    way = models.CharField(max_length=60)
    lane = models.CharField(max_length=80)
    object_key = models.CharField(max_length=80, blank=True)
    record_id = models.BigIntegerField(null=True)
    payload: models.JSONField[Any, Any] = models.JSONField()
    actor = models.CharField(max_length=80)
    cause = models.UUIDField(null=True)
    state = models.CharField(max_length=10)
    attempts = models.SmallIntegerField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)
    said = models.CharField(max_length=400)
    settled_by = models.CharField(max_length=80, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lane", "due_at", "id"], name="timeline_delivery_waiting",
                         condition=models.Q(state="waiting")),
            models.Index(fields=["claimed_at"], name="timeline_delivery_sending", condition=models.Q(state="sending")),
            models.Index(fields=["lane", "state"], name="timeline_delivery_open",
                         condition=~models.Q(state__in=["done", "dropped"])),
            models.Index(fields=["lane", "-id"], name="timeline_delivery_lane"),
            models.Index(fields=["object_key", "record_id"], name="timeline_delivery_record"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.key


class Lane(models.Model):
    """A receiver that could not be reached, or asked for patience; one that answers has no row."""

    lane = models.CharField(max_length=80, primary_key=True)
    failures = models.IntegerField()
    not_before = models.DateTimeField()

    def __str__(self) -> str:
        return self.lane
