from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LakeConfig(AppConfig):
    name = "perennial.lake"
    label = "lake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from perennial.lake import left_out  # noqa: F401 - importing a declaration registers it
        from perennial.lake.watch import watch_after_migrating

        post_migrate.connect(watch_after_migrating, sender=self, dispatch_uid="lake.watch")
