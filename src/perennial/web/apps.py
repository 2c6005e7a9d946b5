from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "perennial.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from perennial.web import own_places  # noqa: F401
