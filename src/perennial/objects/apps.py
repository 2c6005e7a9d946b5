from __future__ import annotations

from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    name = "perennial.objects"
    label = "objects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import perennial.objects.duplicates.apart
        import perennial.objects.duplicates.plain
        import perennial.objects.formulas.registering
        import perennial.objects.made.own_uses
        import perennial.objects.views.using  # noqa: F401
        from perennial.foundation.jobs import before_work
        from perennial.objects.made.catalogue import follow

        before_work(follow)
