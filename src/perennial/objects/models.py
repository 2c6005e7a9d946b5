"""Rows of the engine itself. Rooms take from here what their records are made of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.objects.abstract import OwnedRecord, Record, Searchable
from perennial.objects.bulk.models import Bulk, BulkRecord
from perennial.objects.collaboration import models as collaboration_models  # noqa: F401 - so that Django knows them
from perennial.objects.duplicates.models import Duplicate, Merged
from perennial.objects.exporting.models import Export
from perennial.objects.files.models import KeptFile
from perennial.objects.layouts.models import Layout
from perennial.objects.made.models import Catalogue, CustomRecord, MadeField, MadeKind, Term
from perennial.objects.observed import models as observed_models  # noqa: F401 - the same
from perennial.objects.sharing.models import Share
from perennial.objects.views.models import View

__all__ = [
    "ActionRun", "Bulk", "BulkRecord", "Catalogue", "CustomRecord", "Duplicate", "Export", "Idempotency",
    "Import", "KeptFile", "Layout", "MadeField", "MadeKind", "Merged", "OwnedRecord", "PutOff", "Record", "Searchable",
    "Share", "SkippedRow", "Term", "View",
]  # fmt: skip


class ActionRun(models.Model):
    """One execution of an action: who, what, how many, and whether it was undone. Table objects_run."""

    action = models.CharField(max_length=120)
    object_key = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)
    cause = models.UUIDField()
    parent_cause = models.UUIDField(null=True)
    input: models.JSONField[Any, Any] = models.JSONField(default=dict)
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    started_at = models.DateTimeField(default=clock.real_now)
    undone_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "objects_run"


class PutOff(models.Model):
    """A need that somebody answered with "Later"."""

    pk = models.CompositePrimaryKey("actor", "need_key")
    actor = models.CharField(max_length=40)
    need_key = models.CharField(max_length=200)
    reason_key = models.CharField(max_length=200)
    until = models.DateTimeField()

    class Meta:
        db_table = "objects_put_off"


class Idempotency(models.Model):
    """The answer to a write that named an Idempotency-Key, given again when the same request comes again."""

    actor = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.IntegerField(default=0)  # 0: the first request is still at work
    answer: models.JSONField[Any, Any] = models.JSONField(null=True)
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "objects_idempotency"
        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "key"], name="objects_idempotency_key")]


class Import(models.Model):
    """A file on its way in. `position` is the last row done with, written in the same transaction as its records."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")  # somebody has to say which column is what
        READY = "ready", _("Waiting")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=80)
    name = models.CharField(max_length=200)  # of the file, as the user calls it
    path = models.CharField(max_length=300)  # under the files folder, or absolute for files of the server's own
    size = models.BigIntegerField()
    shape: models.JSONField[Any, Any] = models.JSONField(default=dict)  # how it is read: see `importing.sniffing.Shape`
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)  # field key → number of the column
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    rows = models.BigIntegerField(null=True)  # in the file, where that is known
    position = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    remarks: models.JSONField[Any, Any] = models.JSONField(default=dict)  # sentence → how many rows
    rate = models.FloatField(default=0)  # rows a second, of the last batches
    error = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)  # that broke off, since the last batch that did not
    is_sample = models.BooleanField(default=False)
    is_trial = models.BooleanField(default=False)  # all of it is tried, and none of it stays
    trial: models.JSONField[Any, Any] = models.JSONField(default=dict)  # what came of the last trial
    run_id = models.BigIntegerField(null=True)
    cause = models.UUIDField(null=True)
    actor = models.CharField(max_length=40)  # `Actor.log_name`
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.real_now)
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.READY, self.Status.RUNNING)

    @property
    def progress(self) -> float | None:
        """From 0 to 1; None while nobody knows how long the file is."""
        return min(1.0, self.position / self.rows) if self.rows else None


class ImportHabit(models.Model):
    """How files of a kind with these headings were read the last time, so that nobody says it twice."""

    kind = models.CharField(max_length=80)
    headings_digest = models.CharField(max_length=32)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "objects_import_habit"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "headings_digest"], name="objects_import_habit_one")
        ]


class SkippedRow(models.Model):
    """A row that was not written: why, and what it said, so that it can be corrected and imported again."""

    pk = models.CompositePrimaryKey("importing_id", "number")
    importing = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="skipped_rows")
    number = models.BigIntegerField()
    code = models.CharField(max_length=60)
    sentence = models.TextField()
    cells: ArrayField[Any, Any] = ArrayField(models.TextField(null=True))

    class Meta:
        db_table = "objects_import_skipped"
        indexes: ClassVar = [models.Index(fields=["importing", "code", "number"], name="objects_skipped_code")]
