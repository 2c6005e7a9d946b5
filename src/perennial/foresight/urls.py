from __future__ import annotations

from django.urls import path

from perennial.foresight.retention import views as retention

urlpatterns = [
    path("retention/", retention.retention),
    path("retention/figures/", retention.figures),
    path("retention/by/", retention.grouped),
]
