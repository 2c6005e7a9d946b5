"""Addresses of the pages of this room."""

from __future__ import annotations

from django.urls import path

from perennial.integrations.webhooks import editing, pages

ONE = "settings/webhooks/<int:receiver_id>/"
urlpatterns = [
    path("settings/webhooks/", pages.overview),
    path("settings/webhooks/new/", editing.new),
    path(ONE, pages.deliveries),
    path(f"{ONE}edit/", editing.edit),
    path(f"{ONE}switch/", editing.switch),
    path(f"{ONE}secret/", editing.secret),
    path(f"{ONE}forget/", editing.forget),
    path(f"{ONE}retire/", editing.retire),
    path(f"{ONE}<int:delivery_id>/<slug:does>/", pages.settle),
]
