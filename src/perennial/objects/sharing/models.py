"""The row of a share."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.workspace.models import Team, User


class Share(models.Model):
    """One record shared with one user or one team. Table objects_share; the lake follows it."""

    class Reach(models.TextChoices):
        VIEW = "view", _("See")
        EDIT = "edit", _("See and change")

    object_key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    reach = models.CharField(max_length=4, choices=Reach.choices, default=Reach.VIEW)
    until = models.DateTimeField(null=True)
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    given_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "objects_share"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) ^ models.Q(team__isnull=True), name="objects_share_with_one"
            ),
            # Whoever asks is a user with teams, so that the first column is theirs; each index finds all by itself.
            models.UniqueConstraint(
                fields=["user", "object_key", "record_id"], include=["reach", "until"], name="objects_share_user"
            ),
            models.UniqueConstraint(
                fields=["team", "object_key", "record_id"], include=["reach", "until"], name="objects_share_team"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["object_key", "record_id"], name="objects_share_record")]
