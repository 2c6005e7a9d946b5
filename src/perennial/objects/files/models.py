"""What we know of a file that stands in a record. The bytes lie below the files folder, under its id."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from perennial.foundation import clock


class KeptFile(models.Model):
    id = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)  # as the user calls it
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # SHA-256
    actor = models.CharField(max_length=40)  # `Actor.log_name`
    is_placed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "objects_file"
        indexes: ClassVar = [
            models.Index("created_at", condition=models.Q(is_placed=False), name="objects_file_waiting"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
