"""The rows behind segments: what each asks, under which version, and who stays in it since when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.rules.facts.models import FactVersion, MadeFact, Owed
from perennial.workspace.models import User

__all__ = ["FactVersion", "MadeFact", "Mark", "Owed", "Passing", "Segment", "SegmentVersion", "Stay", "Touched"]


class Segment(models.Model):
    """`number` is the version that holds now. `key` is permanent and never means another segment.

    While `is_sweeping`, everybody is looked at in the background, and live work leaves what it would have looked at to
    be done afterwards. `asked_xid` is the transaction that asked for that; `wanted_cause` says why.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        PAUSED = "paused", _("Paused")
        RETIRED = "retired", _("Retired")

    key = models.CharField(max_length=60, unique=True)
    object_key = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, default="", blank=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    is_static = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    number = models.IntegerField(default=1)
    members = models.BigIntegerField(default=0)
    is_sweeping = models.BooleanField(default=False)
    asked_xid = models.BigIntegerField(default=0)
    wanted_cause = models.CharField(max_length=20, default="", blank=True)
    swept_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=400, default="", blank=True)
    created_at = models.DateTimeField(default=clock.real_now)
    updated_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "rules_segment"
        indexes: ClassVar = [models.Index("object_key", "name", name="rules_segment_kind")]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    """What a segment asked, from when, and who said so. Versions are never changed."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    condition: models.JSONField[Any, Any] = models.JSONField(default=dict)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=clock.real_now)
    note = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        db_table = "rules_segment_version"
        constraints: ClassVar = [models.UniqueConstraint(fields=["segment", "number"], name="rules_version_number")]

    def __str__(self) -> str:
        return f"{self.segment_id}@{self.number}"


class Stay(models.Model):
    """A record's time in a segment; `left_at` is empty while it is a member. Times are business time."""

    # Checked by nobody: a million rows enter at once, and no segment is ever deleted.
    segment = models.ForeignKey(
        Segment, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    record_id = models.BigIntegerField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    version = models.IntegerField()
    cause = models.CharField(max_length=20)
    left_cause = models.CharField(max_length=20, default="")

    class Meta:
        db_table = "rules_stay"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["segment", "record_id"], condition=models.Q(left_at=None), name="rules_stay_member"
            ),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | models.Q(left_at__gte=models.F("entered_at")),
                name="rules_stay_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index("record_id", "segment", name="rules_stay_record"),
            models.Index("segment", "left_at", condition=~models.Q(left_at=None), name="rules_stay_past"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.segment_id}"


class Touched(models.Model):
    """Rows of a watched table that a statement wrote, noted by a trigger; or, with a segment, records that live work
    has left to be looked at when the segment's sweep is done."""

    table_name = models.CharField(max_length=63, default="")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, null=True, related_name="+")
    row_ids: ArrayField[Any, Any] = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "rules_touched"

    def __str__(self) -> str:
        return self.table_name


class Mark(models.Model):
    """One row: the version of all rules together, the tables that triggers are to note, and up to which instant the
    passing of time has been followed. Live work holds it shared for a turn; whoever changes a rule changes it."""

    version = models.BigIntegerField(default=0)
    watched: ArrayField[Any, Any] = ArrayField(models.CharField(max_length=63), default=list)

    class Meta:
        db_table = "rules_mark"

    def __str__(self) -> str:
        return str(self.version)


class Passing(models.Model):
    """One row: up to which instant of business time everything has been looked at that time alone changes."""

    followed_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "rules_passing"

    def __str__(self) -> str:
        return str(self.followed_to)
