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
    run_id = models.BigIntegerField(null=True)  # of the merge
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
