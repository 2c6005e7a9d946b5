from __future__ import annotations

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "perennial.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
