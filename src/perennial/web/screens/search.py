"""The palette: any record, any page, any action, by a part of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from perennial.foundation.text import fold
from perennial.objects.searching import Hit, find, find_comments, words_of
from perennial.objects.types import object_types
from perennial.web.kit.marks import marked
from perennial.web.middleware import Page
from perennial.web.places import places_for
from perennial.web.screens.address import record_url
from perennial.web.screens.talk import groups_at_hand
from perennial.workspace.actor import Actor

_PAGES = 6
_RECORDS, _OF_A_KIND = 15, 5


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    text = request.GET.get("q", "").strip()[:100]
    hits = find(text, by=by, limit=_RECORDS, each=_OF_A_KIND) if text else []
    groups = [
        *([] if text else groups_at_hand(by)),
        *_records(hits, text),
        {"label": _("Comments"), "hits": _comments(text, by)},
        {"label": _("Pages"), "hits": _pages(text, by)},
        {"label": _("Actions"), "hits": _new_records(text, by)},
    ]
    return render(request, "web/_found.html", {
        "q": text, "groups": [each for each in groups if each["hits"]],
        "is_near": bool(hits) and all(hit.is_near for hit in hits),
    })  # fmt: skip


def _records(hits: Sequence[Hit], text: str) -> list[dict[str, Any]]:
    """The hits of each kind together, the kind with the best of them first; a full group leads on to the list."""
    words, groups = words_of(text), dict.fromkeys(hit.object_key for hit in hits)
    found = []
    for key in groups:
        kind = object_types[key]
        theirs = [hit for hit in hits if hit.object_key == key]
        shown = [
            {"url": record_url(key, hit.id), "title": marked(hit.title, words), "detail": marked(hit.detail, words),
             "icon": kind.icon, "stage": ""}
            for hit in theirs
        ]  # fmt: skip
        if len(theirs) == _OF_A_KIND and not theirs[-1].is_near:
            more = _("All %(kind)s with this") % {"kind": str(kind.label_plural).lower()}
            url = f"/o/{key}/?{urlencode({'q': text})}"
            shown.append({"url": url, "title": more, "detail": "", "icon": "arrow-right", "stage": ""})
        found.append({"label": kind.label_plural, "hits": shown})
    return found


def _comments(text: str, by: Actor) -> list[dict[str, Any]]:
    words = words_of(text)
    return [
        {"url": f"{record_url(hit.object_key, hit.id)}#talk", "title": hit.title, "detail": marked(hit.detail, words),
         "icon": "message", "stage": ""}
        for hit in find_comments(text, by=by)
    ]  # fmt: skip


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
