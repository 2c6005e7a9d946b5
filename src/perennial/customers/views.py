"""Screens that the generic ones cannot be: the pages of a timeline that follow the first."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from perennial.customers.panels import show_timeline
from perennial.web.middleware import Page


@require_GET
def earlier(request: HttpRequest, customer_id: int) -> HttpResponse:
    """More entries of a timeline, to stand below those that are shown."""
    context = show_timeline(customer_id, cast(Page, request).actor, request.GET.dict())
    return render(request, "web/_entries.html", context)
