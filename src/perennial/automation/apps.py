from __future__ import annotations

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "perennial.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        import perennial.automation.needs
        import perennial.automation.running.advancing
        import perennial.automation.running.following
        import perennial.automation.running.timers
        import perennial.automation.starting
        import perennial.automation.steps.all
        import perennial.automation.thinning
        import perennial.automation.triggers.all
        import perennial.automation.using  # noqa: F401
