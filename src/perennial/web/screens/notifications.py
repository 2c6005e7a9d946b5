"""What a user was told: the bell with its number, and the list that opens from it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from perennial.foundation import clock
from perennial.timeline.notifications import latest, mark_read, unread_count
from perennial.web.middleware import Page


@never_cache
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    return render(request, "web/_bell.html", {"count": unread_count(cast(Page, request).user.pk)})


@never_cache
@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """The newest ones. Whoever opens the list has read them."""
    user_id = cast(Page, request).user.pk
    told = latest(user_id)
    mark_read(user_id)
    for each in told:
        each.created_at -= clock.offset()  # said beside days of the business calendar
    return render(request, "web/_notifications.html", {"told": told})
