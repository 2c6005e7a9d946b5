from __future__ import annotations

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "perennial.workspace"
    label = "workspace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from perennial.foundation import clock
        from perennial.workspace.firm import clock_offset

        clock.set_offset_source(clock_offset)
