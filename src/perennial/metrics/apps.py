from __future__ import annotations

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "perennial.metrics"
    label = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        from perennial.metrics import using  # noqa: F401
