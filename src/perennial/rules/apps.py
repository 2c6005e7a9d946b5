from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "perennial.rules"
    label = "rules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing a declaration registers it."""
        from perennial.rules import by_hand, events, left_out, live, membership, merged, panels, sweeping, using  # noqa: F401
        from perennial.rules.facts import building, upkeep, uses  # noqa: F401
