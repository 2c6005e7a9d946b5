"""A bulk under way, and the records it is about."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock


class Bulk(models.Model):
    """Many records on their way to another state. `position` is the place of the last record (or change)
    done with."""

    class Verb(models.TextChoices):
        EDIT = "edit", _("Change")
        DELETE = "delete", _("Delete")
        UNDO = "undo", _("Take back")

    class Status(models.TextChoices):
        READY = "ready", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    object_key = models.CharField(max_length=80)
    verb = models.CharField(max_length=8, choices=Verb.choices)
    changes: models.JSONField[Any, Any] = models.JSONField(default=list)  # see `changes.FieldChange`
    where_text = models.TextField(blank=True)  # the filter, while `is_all`
    search = models.CharField(max_length=200, blank=True)
    is_all = models.BooleanField(default=False)  # all that match, gathered when it begins
    is_gathered = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READY)
    total = models.BigIntegerField(default=0)
    done_with = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)
    run_id = models.BigIntegerField()
    undoes = models.BigIntegerField(null=True)  # the run that is taken back
    cause = models.UUIDField()
    actor = models.CharField(max_length=40)  # `Actor.log_name`
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.real_now)
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "objects"
        db_table = "objects_bulk"
        indexes: ClassVar = [
            models.Index(
                fields=["status"], condition=models.Q(status__in=["ready", "running"]), name="objects_bulk_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_key}"

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.READY, self.Status.RUNNING)


class BulkRecord(models.Model):
    """A record that was chosen; once the work has ended only those that were refused, and why."""

    pk = models.CompositePrimaryKey("bulk_id", "record_id")
    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="records", db_index=False)
    record_id = models.BigIntegerField()
    code = models.CharField(max_length=60, blank=True)
    sentence = models.TextField(blank=True)

    class Meta:
        app_label = "objects"
        db_table = "objects_bulk_record"
