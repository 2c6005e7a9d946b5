"""A quiet word on a record's page: pairs of the queue that it is in, for whoever may merge it."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from perennial.objects.duplicates.merging import is_compared, may_merge
from perennial.objects.duplicates.pairs import pairs_with
from perennial.objects.duplicates.sides import titles_of_pairs
from perennial.objects.types import ObjectType, object_types
from perennial.web.screens.pair_cards import percent
from perennial.workspace.actor import Actor

SHOWN = 3


def place_of_same_as(kind: ObjectType, by: Actor) -> list[SafeString]:
    """Where it will stand: it comes with what people say about the record, after the page."""
    return [SafeString('<div id="same-as"></div>')] if _is_asked(kind, by) else []


def draw_same_as(request: HttpRequest, object_key: str, record_id: int, by: Actor) -> str:
    """One statement, and one more where there is something to say."""
    kind = object_types[object_key]
    pairs = pairs_with(kind, record_id, by=by, limit=SHOWN) if _is_asked(kind, by) else []
    if not pairs:
        return ""
    titles = titles_of_pairs(kind, pairs, by=by)
    found = [
        {
            "title": titles.get(each.other_id if each.one_id == record_id else each.one_id, ""),
            "percent": percent(each.confidence, by), "url": f"/duplicates/{kind.key}/{each.id}/",
        }
        for each in pairs
    ]  # fmt: skip
    return render_to_string("web/_same_as_panel.html", {"pairs": found}, request)


def _is_asked(kind: ObjectType, by: Actor) -> bool:
    return is_compared(kind) and may_merge(kind, by)
