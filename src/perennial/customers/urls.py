from __future__ import annotations

from django.urls import path

from perennial.customers import views

urlpatterns = [
    path("customers/<int:customer_id>/timeline/", views.earlier),
]
