"""Root addresses. Each room keeps its own in `urls.py`; the programs' door lies under /api/v1/."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from perennial.server.health_page import health, try_again

_PLACES = {"rest": "api/v1/"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/health/", health),
    path("settings/health/<int:job_id>/again/", try_again),
    *(
        path(_PLACES.get(room, ""), include(f"perennial.{room}.urls"))
        for room in reversed(settings.ROOMS)
        if room != "server" and (settings.SOURCE / room / "urls.py").exists()
    ),
]
