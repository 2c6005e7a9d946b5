from __future__ import annotations

from django.apps import AppConfig


class ForesightConfig(AppConfig):
    name = "perennial.foresight"
    label = "foresight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        import perennial.foresight.plays.actions
        import perennial.foresight.plays.needs
        import perennial.foresight.plays.pages.places
        import perennial.foresight.plays.personal
        import perennial.foresight.plays.running  # noqa: F401
