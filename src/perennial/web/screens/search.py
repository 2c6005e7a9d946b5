"""The palette: any record, any page, any action, by a part of its name."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from perennial.foundation.text import fold
from perennial.objects.searching import find
from perennial.objects.types import object_types
from perennial.web.middleware import Page
from perennial.web.places import places_for
from perennial.web.screens.address import record_url
from perennial.workspace.actor import Actor

_PAGES = 6


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    text = request.GET.get("q", "").strip()[:100]
    records = [
        {"url": record_url(hit.object_key, hit.id), "title": hit.title, "detail": hit.detail,
         "icon": object_types[hit.object_key].icon, "stage": ""}
        for hit in (find(text, by=by) if text else [])
    ]  # fmt: skip
    groups = [
        {"label": _("Records"), "hits": records},
        {"label": _("Pages"), "hits": _pages(text, by)},
        {"label": _("Actions"), "hits": _new_records(text, by)},
    ]
    return render(request, "web/_found.html", {"q": text, "groups": [each for each in groups if each["hits"]]})


def _pages(text: str, by: Actor) -> list[dict[str, Any]]:
    wanted = fold(text)
    return [{"url": place.url, "title": place.label, "detail": place.hint, "icon": place.icon, "stage": ""}
            for place in places_for(by) if wanted in fold(f"{place.label} {place.words}")][:_PAGES]  # fmt: skip


def _new_records(text: str, by: Actor) -> list[dict[str, Any]]:
    """What can be made, under the words "New person" and the like."""
    wanted = fold(text)
    offered = ((kind, _("New %(kind)s") % {"kind": str(kind.label).lower()})
               for kind in object_types.values() if kind.can_create and by.reach(kind.key, "create") > 0)  # fmt: skip
    return [{"url": f"/o/{kind.key}/new/", "title": label, "detail": "", "icon": "plus", "stage": ""}
            for kind, label in offered if wanted and wanted in fold(label)][:_PAGES]  # fmt: skip
