from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LakeConfig(AppConfig):
    name = "perennial.lake"
    label = "lake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_watch, sender=self, dispatch_uid="lake.watch")


def _watch(*, using: str, **_: Any) -> None:
    from perennial.lake.watch import install_watches

    if using == "default":
        install_watches()
