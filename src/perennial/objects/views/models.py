"""The row of a view."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.workspace.models import User


class View(models.Model):
    """A spec under a name. Table objects_view; it is read and written by this package alone."""

    class Audience(models.TextChoices):
        PRIVATE = "private", _("Only me")
        TEAMS = "teams", _("Teams")
        EVERYBODY = "everybody", _("Everybody")

    object_key = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    spec: models.JSONField[Any, Any] = models.JSONField(default=dict)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PRIVATE)
    team_ids: ArrayField[Any, Any] = ArrayField(models.BigIntegerField(), default=list)
    default_role_ids: ArrayField[Any, Any] = ArrayField(models.BigIntegerField(), default=list)
    position = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=clock.real_now)
    updated_at = models.DateTimeField(default=clock.real_now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "objects_view"
        indexes: ClassVar = [
            models.Index("object_key", "position", condition=models.Q(deleted_at=None), name="objects_view_kind")
        ]

    def __str__(self) -> str:
        return self.name
