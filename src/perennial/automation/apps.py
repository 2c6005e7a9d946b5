from __future__ import annotations

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "perennial.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        from perennial.automation.running import advancing, following, timers  # noqa: F401 - their loops
        from perennial.automation.steps import (  # noqa: F401
            action,
            approval,
            branch,
            change,
            create,
            loop,
            start,
            stop,
            wait,
            wait_for_event,
            wait_until,
        )
        from perennial.automation.triggers import called, event, segment, time  # noqa: F401
