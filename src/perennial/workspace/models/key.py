from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.workspace.models.role import Role
from perennial.workspace.models.user import User


class ApiKey(models.Model):
    """A key for programs. `api` keys act with a role; `intake` keys may only send events, so they can be public."""

    class Kind(models.TextChoices):
        API = "api", _("API")
        INTAKE = "intake", _("Event intake")

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.API)
    prefix = models.CharField(max_length=12)  # the first letters, to tell keys apart on the page
    digest = models.CharField(max_length=64, unique=True)  # SHA-256; the key itself is shown once
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True)  # null for intake keys
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(default=clock.real_now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="intake", role__isnull=True) | models.Q(kind="api", role__isnull=False),
                name="workspace_api_keys_have_a_role",
            )
        ]

    def __str__(self) -> str:
        return self.name
