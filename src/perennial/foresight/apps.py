from __future__ import annotations

from django.apps import AppConfig


class ForesightConfig(AppConfig):
    name = "perennial.foresight"
    label = "foresight"
    default_auto_field = "django.db.models.BigAutoField"
