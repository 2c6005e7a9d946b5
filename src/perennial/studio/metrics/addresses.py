"""Addresses of the pages of metrics."""

from __future__ import annotations

from django.urls import path

from perennial.studio.metrics import editing, listing, page

urlpatterns = [
    path("metrics/", listing.overview),
    path("metrics/of/<slug:room>/", listing.values),
    path("metrics/new/", editing.new),
    path("metrics/form/", editing.form),
    path("metrics/try/", editing.preview),
    path("metrics/<str:key>/", page.page),
    path("metrics/<str:key>/edit/", editing.edit),
    path("metrics/<str:key>/retire/", editing.retire),
    path("metrics/<str:key>/back/", editing.back),
    path("metrics/<str:key>/file.csv", page.file),
    path("metrics/<str:key>/restore/", listing.restore),
]
