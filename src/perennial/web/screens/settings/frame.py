"""What all settings pages share: the list of pages beside them, the right to be there, the change log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from perennial.foundation.errors import NotFound
from perennial.timeline.record import Change, ChangeKind, log_changes
from perennial.web.kit.pages import Button
from perennial.web.middleware import Page
from perennial.web.places import places_for
from perennial.workspace.actor import Actor


def allowed(request: HttpRequest, permission: str) -> Actor:
    """Who is looking, if they may; to others the page does not exist."""
    by = cast(Page, request).actor
    if not by.may(permission):
        raise NotFound
    return by


def settings_page(request: HttpRequest, template: str, *, heading: str, sub: str = "", buttons: Sequence[Button] = (),
                  status: int = 200, context: Mapping[str, Any]) -> HttpResponse:  # fmt: skip
    pages = [{"label": place.label, "url": place.url, "is_here": request.path.startswith(place.url)}
             for place in places_for(cast(Page, request).actor, kind="settings")]  # fmt: skip
    return render(request, template, {
        "pages": pages, "title": heading, "heading": heading, "sub": sub, "buttons": buttons, "errors": [], **context,
    }, status=status)  # fmt: skip


def log_setting(by_name: str, action: str, record_id: int, values: Mapping[str, Any], *,
                kind: ChangeKind = "configure") -> None:  # fmt: skip
    """A line in the change log: what was configured, and by whom (`Actor.log_name`)."""
    log_changes([Change(action.split(".")[0], record_id, kind, values)], actor=by_name, action=action)
