"""Addresses of the pages of automations."""

from __future__ import annotations

from django.urls import path

from perennial.studio.automations import building, calling, deciding, listing, publishing, runs, starting, trying

ONE = "automations/<int:automation_id>/"
urlpatterns = [
    path("automations/", listing.overview),
    path("automations/new/", listing.new),
    path("automations/start/<str:kind_key>/", starting.start),
    path("automations/approvals/<int:approval_id>/", deciding.question),
    path("automations/runs/<int:run_id>/", runs.run_page),
    path("automations/runs/<int:run_id>/<slug:does>/", runs.steer),
    path(ONE, building.page),
    path(f"{ONE}flow/", building.flow_region),
    path(f"{ONE}publish/", publishing.publish),
    path(f"{ONE}pause/", publishing.pause),
    path(f"{ONE}resume/", publishing.resume),
    path(f"{ONE}rename/", publishing.rename),
    path(f"{ONE}retire/", publishing.retire),
    path(f"{ONE}address/", calling.address),
    path(f"{ONE}versions/", publishing.versions),
    path(f"{ONE}back/", publishing.back),
    path(f"{ONE}try/", trying.try_page),
    path(f"{ONE}runs/", runs.runs),
]
