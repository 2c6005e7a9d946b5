from __future__ import annotations

from typing import Any

from django.db import models

from perennial.workspace.rights import Rights


class Role(models.Model):
    """What its holders may do. Ready-made roles carry a `key` and can be changed but not deleted."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)  # ready-made roles: an English name that the catalogues translate
    is_ready_made = models.BooleanField(default=False)
    rights_json: models.JSONField[Any, Any] = models.JSONField(default=dict, db_column="rights")

    def __str__(self) -> str:
        return self.name

    @property
    def rights(self) -> Rights:
        return Rights.from_json(self.rights_json)
