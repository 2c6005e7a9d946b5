from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "perennial.server"
    label = "server"

    def ready(self) -> None:
        from perennial.server import shell_places  # noqa: F401
