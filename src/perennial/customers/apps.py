from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "perennial.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from perennial.customers import events, objects  # noqa: F401 - importing them registers them
