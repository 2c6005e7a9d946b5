"""An export under way, and the file that it leaves."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock


class Export(models.Model):
    """`asked` is the plan as it can be made again: where, columns, sort, search, headings. `path` lies under the files
    folder, and is empty before the file is there and after it is gone."""

    class Status(models.TextChoices):
        READY = "ready", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    object_key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)  # of the file
    format = models.CharField(max_length=10)
    asked: models.JSONField[Any, Any] = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READY)
    total = models.BigIntegerField(null=True)  # rows, as estimated when it began
    rows = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)  # bytes
    path = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    run_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=40)  # `Actor.log_name`
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.real_now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "objects_export"
        indexes: ClassVar = [models.Index("actor", "-id", name="objects_export_actor")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.READY, self.Status.RUNNING)
