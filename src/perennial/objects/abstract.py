"""The abstract models that records of all rooms are made of."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from perennial.foundation import clock
from perennial.workspace.models import Team, User


class Record(models.Model):
    """What every record has. `version` rises with each write (If-Match); `deleted_at` hides it everywhere."""

    external_id = models.CharField(max_length=200, null=True)
    version = models.IntegerField(default=1)
    is_sample = models.BooleanField(default=False)
    custom: models.JSONField[Any, Any] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Searchable(models.Model):
    """`folded` is the searched text, `grams` its trigrams (give the table a GIN index on it), `sort_key` the order."""

    sort_key = models.CharField(max_length=200, db_collation="C", default="")
    folded = models.TextField(db_collation="C", default="")
    grams: ArrayField[Any, Any] = ArrayField(models.IntegerField(), default=list)

    class Meta:
        abstract = True


class OwnedRecord(models.Model):
    """Who looks after it."""

    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
