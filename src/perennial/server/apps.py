from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "perennial.server"
    label = "server"

    def ready(self) -> None:
        from perennial.server import left_out, shell_places  # noqa: F401
