"""Where records are sent."""

from __future__ import annotations

from django.db import models

from perennial.foundation import clock


class Receiver(models.Model):
    """A webhook: an address outside, and the secret that signs what it is sent, encrypted."""

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=2000)
    secret = models.TextField()
    earlier_secret = models.TextField(blank=True)  # signs too, until it is forgotten: so that a change stops nothing
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.real_now)
    created_by = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def lane(self) -> str:
        return f"webhook:{self.pk}"
