"""The rows behind observed events: one a type, one a property."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from perennial.foundation import clock


class ObservedEvent(models.Model):
    """`source` is the key that it first came by. One that is hidden is offered to nobody; `hidden_by` says who hid it,
    and is empty where it made room."""

    type = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=200, default="", blank=True)
    noted_at = models.DateTimeField(default=clock.real_now)
    seen_at = models.DateTimeField(default=clock.real_now)  # by the day
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        db_table = "objects_observed_event"


class ObservedProperty(models.Model):
    event = models.ForeignKey(ObservedEvent, on_delete=models.CASCADE, related_name="properties")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)  # a `timeline.types.PropertyKind`

    class Meta:
        db_table = "objects_observed_property"
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "key"], name="objects_observed_property_key")]
