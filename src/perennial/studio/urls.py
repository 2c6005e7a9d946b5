"""Addresses of the pages on which people build."""

from __future__ import annotations

from django.urls import path

from perennial.studio.facts import editing, pages

urlpatterns = [
    path("settings/facts/", pages.overview),
    path("settings/facts/new/", editing.new),
    path("settings/facts/form/", editing.form),
    path("settings/facts/try/", editing.preview),
    path("settings/facts/<int:fact_id>/", editing.edit),
    path("settings/facts/<int:fact_id>/retire/", pages.retire),
    path("settings/facts/<int:fact_id>/restore/", pages.restore),
    path("settings/facts/<int:fact_id>/back/", pages.back),
]
