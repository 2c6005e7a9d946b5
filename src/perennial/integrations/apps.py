from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "perennial.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        from perennial.integrations import left_out, places  # noqa: F401
        from perennial.integrations.webhooks import calling, personal, sending  # noqa: F401
