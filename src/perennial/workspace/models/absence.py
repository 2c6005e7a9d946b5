from __future__ import annotations

from typing import ClassVar

from django.db import models

from perennial.foundation import clock
from perennial.workspace.models.user import User


class Absence(models.Model):
    """A time in which a user is away and a deputy stands in: what the one owns, the other may use as their own.

    It begins and ends by the clock; taking it back lets it end now.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="workspace_absence_ends"),
            models.CheckConstraint(condition=~models.Q(user=models.F("deputy")), name="workspace_absence_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} by {self.deputy_id} until {self.ends}"
