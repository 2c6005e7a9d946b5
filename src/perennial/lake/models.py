from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from perennial.foundation import clock


class Progress(models.Model):
    """How far the lake has come with a source, as the health page shows it. The truth is in the Delta table."""

    source = models.CharField(max_length=120, primary_key=True)
    xid = models.BigIntegerField(default=0)
    row_id = models.CharField(max_length=36, default="")
    rows = models.BigIntegerField(default=0)
    exported_at = models.DateTimeField(null=True)
    abreast_at = models.DateTimeField(null=True)  # when nothing was found waiting last

    class Meta:
        db_table = "lake_progress"

    def __str__(self) -> str:
        return f"{self.source} up to {self.xid}"


class Touched(models.Model):
    """Rows of a watched table that a statement changed or deleted, noted by its trigger; without ids, the table was
    emptied. (A column `xid`, unknown to the ORM, marks the transaction.)"""

    table_name = models.CharField(max_length=63)
    row_ids: ArrayField[Any, Any] = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        db_table = "lake_touched"

    def __str__(self) -> str:
        return f"{self.table_name} {self.pk}"


class Erasure(models.Model):
    """Somebody to forget. Kept until the files that told of them are gone from the disk as well."""

    what: models.JSONField[Any, Any] = models.JSONField()
    asked_at = models.DateTimeField(default=clock.real_now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "lake_erasure"
        indexes: ClassVar = [models.Index(fields=["id"], name="lake_erasure_open", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
