from __future__ import annotations

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "perennial.lifecycle"
    label = "lifecycle"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from perennial.lifecycle import events, facts, jobs, metrics, needs, outcomes, panels, personal, places, sample  # noqa: F401 (they register)
