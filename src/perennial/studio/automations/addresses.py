"""Addresses of the pages of automations."""

from __future__ import annotations

from django.urls import path

from perennial.studio.automations import building, listing, publishing

ONE = "automations/<int:automation_id>/"
urlpatterns = [
    path("automations/", listing.overview),
    path("automations/new/", listing.new),
    path(ONE, building.page),
    path(f"{ONE}flow/", building.flow_region),
    path(f"{ONE}publish/", publishing.publish),
    path(f"{ONE}pause/", publishing.pause),
    path(f"{ONE}resume/", publishing.resume),
    path(f"{ONE}rename/", publishing.rename),
    path(f"{ONE}retire/", publishing.retire),
    path(f"{ONE}versions/", publishing.versions),
    path(f"{ONE}back/", publishing.back),
]
