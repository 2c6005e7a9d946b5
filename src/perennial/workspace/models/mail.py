from __future__ import annotations

from django.db import models

from perennial.foundation import clock


class Mail(models.Model):
    """A message to a colleague (invitation, password reset). Kept here, and readable on a settings page, while no
    SMTP server is set; sent by a job otherwise."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=clock.real_now)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.subject
