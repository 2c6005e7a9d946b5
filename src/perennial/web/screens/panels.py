"""Drawing what rooms contribute to a page."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from perennial.objects.layouts.spec import Arrangement
from perennial.objects.panels import Area, Panel, panels_on
from perennial.web.middleware import Page
from perennial.web.screens.arranged import arranged_panels

AS_DECLARED = Arrangement()


def draw_panels(request: HttpRequest, place: str, area: Area, record_id: int,
                arrangement: Arrangement = AS_DECLARED) -> list[SafeString]:  # fmt: skip
    """The panels of a place's area that have something to show, in their order; tabs are drawn one by one."""
    found = arranged_panels([panel for panel in panels_on(place, area) if not panel.is_tab], arrangement)
    drawn = (draw_panel(request, panel, place, record_id) for panel in found)
    return [html for html in drawn if html is not None]


def draw_panel(request: HttpRequest, panel: Panel, place: str, record_id: int) -> SafeString | None:
    context = panel.context(record_id, cast(Page, request).actor, {**request.GET.dict(), "on": place})
    if context is None:
        return None
    address = f"/o/{place}/{record_id}/" if record_id else ""
    return render_to_string(panel.template, {"label": panel.label, "record_url": address, **context}, request)
