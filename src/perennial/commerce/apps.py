from __future__ import annotations

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "perennial.commerce"
    label = "commerce"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from perennial.commerce import (  # noqa: F401 - they register themselves
            events,
            facts,
            in_the_lake,
            jobs,
            merging,
            metrics,
            objects,
            outcomes,
            panels,
            personal_data,
            places,
        )
        from perennial.commerce.order_lines import kind  # noqa: F401 - as above
