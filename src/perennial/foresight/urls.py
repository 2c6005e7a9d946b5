from __future__ import annotations

from django.urls import include, path

from perennial.foresight.retention import views as retention

urlpatterns = [
    path("", include("perennial.foresight.plays.pages.urls")),
    path("retention/", retention.retention),
    path("retention/figures/", retention.figures),
    path("retention/by/", retention.grouped),
    path("retention/why/", retention.why),
]
