from __future__ import annotations

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "perennial.commerce"
    label = "commerce"
    default_auto_field = "django.db.models.BigAutoField"
