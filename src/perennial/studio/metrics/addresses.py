"""Addresses of the pages of metrics."""

from __future__ import annotations

from django.urls import path

from perennial.studio.metrics import listing, page

urlpatterns = [
    path("metrics/", listing.overview),
    path("metrics/of/<slug:room>/", listing.values),
    path("metrics/<str:key>/", page.page),
    path("metrics/<str:key>/file.csv", page.file),
    path("metrics/<str:key>/restore/", listing.restore),
]
