"""Addresses of the pages on which people build."""

from __future__ import annotations

from django.urls import include, path

from perennial.studio.builder import asking_lists, completing, replaying
from perennial.studio.builder import pages as builder
from perennial.studio.facts import editing, pages
from perennial.studio.segments import editing as segment_editing
from perennial.studio.segments import pages as segment_pages
from perennial.studio.segments import reasons

urlpatterns = [
    path("", include("perennial.studio.automations.addresses")),
    path("", include("perennial.studio.metrics.addresses")),
    path("rules/ask/<str:kind_key>/", asking_lists.ask),
    path("rules/build/<str:kind_key>/", builder.build),
    path("rules/offers/<str:kind_key>/", builder.searched),
    path("rules/count/<str:kind_key>/", builder.counted),
    path("rules/values/<str:kind_key>/", builder.valued),
    path("rules/suggest/<str:kind_key>/", completing.suggested),
    path("rules/backtest/<str:kind_key>/", replaying.replayed),
    path("segments/", segment_pages.overview),
    path("segments/new/", segment_editing.new),
    path("segments/weeks/", segment_pages.weeks),
    path("segments/<slug:key>/", segment_pages.page),
    path("segments/<slug:key>/size/", segment_pages.size),
    path("segments/<slug:key>/why/", reasons.reasons),
    path("segments/<slug:key>/edit/", segment_editing.edit),
    path("segments/<slug:key>/back/", segment_editing.back),
    path("segments/<slug:key>/do/<slug:word>/", segment_editing.act),
    path("settings/facts/", pages.overview),
    path("settings/facts/new/", editing.new),
    path("settings/facts/form/", editing.form),
    path("settings/facts/try/", editing.preview),
    path("settings/facts/<int:fact_id>/", editing.edit),
    path("settings/facts/<int:fact_id>/retire/", pages.retire),
    path("settings/facts/<int:fact_id>/restore/", pages.restore),
    path("settings/facts/<int:fact_id>/back/", pages.back),
]
