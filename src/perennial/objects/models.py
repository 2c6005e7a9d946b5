"""Rows of the engine itself, and the abstract models that records of all rooms are made of."""

from __future__ import annotations

from typing import Any, ClassVar

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
