"""The rows behind what users made, and the one table of records of their own kinds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F

from perennial.foundation import clock
from perennial.objects.abstract import OwnedRecord, Record, Searchable


class MadeKind(models.Model):
    """A kind of thing ("Boat") that a user made. `key` is "made." and a word; `path` stands in addresses."""

    key = models.CharField(max_length=60, unique=True)
    path = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=80)
    label_plural = models.CharField(max_length=80)
    name_label = models.CharField(max_length=80, blank=True)  # what its name is called: "Name of the boat"
    icon = models.CharField(max_length=40, default="box")
    description = models.CharField(max_length=300, blank=True)
    is_shared = models.BooleanField(default=False)  # nobody owns its records: who may see one sees all
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=clock.real_now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "objects_made_kind"


class MadeField(models.Model):
    """A field of a kind, built-in or made. `type` is a word of `made.field_types`, `options` what that type asks for.

    The three conditions are in text form, over the fields of the same record. `choices_by` is
    {"field": key, "allowed": {value: [choices]}}.
    """

    object_key = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    type = models.CharField(max_length=20)
    label = models.CharField(max_length=80)
    help = models.CharField(max_length=300, blank=True)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    default: models.JSONField[Any, Any] = models.JSONField(null=True)
    is_required = models.BooleanField(default=False)
    is_unique = models.BooleanField(default=False)
    is_personal = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=False)  # a column of the list, until views say otherwise
    visible_when = models.TextField(blank=True)
    required_when = models.TextField(blank=True)
    readonly_when = models.TextField(blank=True)
    choices_by: models.JSONField[Any, Any] = models.JSONField(default=dict)
    position = models.IntegerField(default=0)
    index_state = models.CharField(max_length=10, blank=True)  # "", "wanted", "ready", "failed"
    created_at = models.DateTimeField(default=clock.real_now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "objects_made_field"
        constraints: ClassVar = [models.UniqueConstraint(fields=["object_key", "key"], name="objects_made_field_key")]


class Term(models.Model):
    """What a firm calls something of the code: `key` is "customers.company" or "customers.company/industry"."""

    key = models.CharField(max_length=130, primary_key=True)
    label = models.CharField(max_length=80)
    label_plural = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "objects_term"


class Catalogue(models.Model):
    """One row: how often definitions have changed. Processes compare it with what they have built."""

    version = models.BigIntegerField(default=1)

    class Meta:
        db_table = "objects_catalogue"


_ALIVE = models.Q(deleted_at=None)


class CustomRecord(Record, Searchable, OwnedRecord):
    """A record of a made kind: its name, and its fields in `custom`. One table for all kinds."""

    kind = models.CharField(max_length=60, db_collation="C")
    name = models.CharField(max_length=300)

    class Meta:
        db_table = "objects_record"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "kind", "external_id", condition=_ALIVE & models.Q(external_id__isnull=False),
                name="objects_record_external",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index("kind", "sort_key", "id", condition=_ALIVE, name="objects_record_name"),
            models.Index("kind", "id", condition=_ALIVE, name="objects_record_kind"),
            models.Index("kind", F("created_at").desc(), F("id").desc(), condition=_ALIVE, name="objects_record_new"),
            models.Index(
                "kind", F("updated_at").desc(), F("id").desc(), condition=_ALIVE, name="objects_record_changed"
            ),
            models.Index("owner", "kind", "id", condition=_ALIVE, name="objects_record_owner"),
            GinIndex("grams", name="objects_record_grams"),
        ]

    def __str__(self) -> str:
        return self.name
