"""The rows of layouts: one a kind and role; without a role it is everybody's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from perennial.foundation import clock
from perennial.workspace.models import Role


class Layout(models.Model):
    object_key = models.CharField(max_length=60)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, null=True, related_name="+")
    spec: models.JSONField[Any, Any] = models.JSONField(default=dict)  # see `layouts.spec`
    changed_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "objects_layout"
        constraints: ClassVar = [
            models.UniqueConstraint("object_key", "role", name="objects_layout_key", nulls_distinct=False)
        ]
