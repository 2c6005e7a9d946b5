from __future__ import annotations

from django.urls import path

from perennial.commerce import views

urlpatterns = [
    path("settings/sample/", views.sample),
]
