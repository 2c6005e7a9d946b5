from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "perennial.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Importing a declaration registers it.
        from perennial.customers import (  # noqa: F401
            api,
            belonging,
            events,
            facts,
            in_the_lake,
            left_out,
            metrics,
            needs,
            objects,
            own_data,
            panels,
            places,
        )
        from perennial.customers.actions import (  # noqa: F401
            calls,
            consent,
            merging,
            notes,
            owners,
            personal_data,
            tasks,
            tasks_about,
            unmerging,
        )
        from perennial.customers.intake import events as calls_from_outside  # noqa: F401
        from perennial.objects.importing.presets import register_presets

        register_presets(Path(__file__).parent / "exports_of_others")
