from __future__ import annotations

from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "perennial.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        from perennial.studio.automations import places as automation_places  # noqa: F401
        from perennial.studio.facts import places  # noqa: F401
        from perennial.studio.metrics import places as metric_places  # noqa: F401
        from perennial.studio.segments import from_lists  # noqa: F401
        from perennial.studio.segments import places as segment_places  # noqa: F401
