from __future__ import annotations

from django.apps import AppConfig


class ForesightConfig(AppConfig):
    name = "perennial.foresight"
    label = "foresight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        import perennial.foresight.left_out
        import perennial.foresight.plays.actions
        import perennial.foresight.plays.needs
        import perennial.foresight.plays.pages.places
        import perennial.foresight.plays.personal
        import perennial.foresight.plays.running
        import perennial.foresight.predictions
        import perennial.foresight.purchases.facts
        import perennial.foresight.purchases.jobs
        import perennial.foresight.purchases.personal
        import perennial.foresight.retention.panels
        import perennial.foresight.retention.places
        import perennial.foresight.training.facts
        import perennial.foresight.training.jobs
        import perennial.foresight.training.personal  # noqa: F401
