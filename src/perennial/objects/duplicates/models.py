"""Two records that may be the same."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock


class Duplicate(models.Model):
    """`reasons` are (field, whether both have the same) of what speaks for it, most first."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        NEVER = "never", _("Not the same")
        MERGED = "merged", _("Merged")

    object_key = models.CharField(max_length=80)
    one_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    confidence = models.FloatField()
    reasons: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_swept = models.BooleanField(default=False)  # found by the sweep: gone again when a later one does not find it
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    run_id = models.BigIntegerField(null=True)  # of the decision
    found_at = models.DateTimeField(default=clock.real_now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "objects"
        db_table = "objects_duplicate"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one_id__lt=F("other_id")), name="objects_duplicate_in_order"),
            models.UniqueConstraint(fields=["object_key", "one_id", "other_id"], name="objects_duplicate_pair"),
        ]
        indexes: ClassVar = [
            models.Index(
                "object_key", F("confidence").desc(), "id", condition=Q(state="open"), name="objects_duplicate_open"
            ),
            models.Index("object_key", "other_id", name="objects_duplicate_other"),
        ]


class Merged(models.Model):
    """One record went into another, which is why it is hidden: a pointer, and what is needed to take it apart again.

    `moved` maps a relation ("made.trip.boat") to the records that were pointed elsewhere, `chosen` a field of the
    winner to its value before and after, `carried` what the winner was given beside (`beside`).
    """

    object_key = models.CharField(max_length=80)
    winner_id = models.BigIntegerField()
    loser_id = models.BigIntegerField()
    run_id = models.BigIntegerField()
    moved: models.JSONField[Any, Any] = models.JSONField(default=dict)
    chosen: models.JSONField[Any, Any] = models.JSONField(default=dict)
    comments: models.JSONField[Any, Any] = models.JSONField(default=list)
    carried: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=40)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=40, default="")

    class Meta:
        app_label = "objects"
        db_table = "objects_merged"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(winner_id=F("loser_id")), name="objects_merged_of_two"),
            models.UniqueConstraint(
                "object_key", "loser_id", condition=Q(undone_at=None), name="objects_merged_once"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index("object_key", "winner_id", condition=Q(undone_at=None), name="objects_merged_into"),
            models.Index("run_id", name="objects_merged_run"),
        ]
