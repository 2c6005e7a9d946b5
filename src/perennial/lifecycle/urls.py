from __future__ import annotations

from django.urls import path

from perennial.lifecycle import views

urlpatterns = [
    path("lifecycle/", views.stages),
    path("lifecycle/rules/", views.rules),
]
