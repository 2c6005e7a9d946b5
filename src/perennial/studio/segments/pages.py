"""All segments, and the page of one: what it asks, who is in it, how large it was, who uses it, its versions."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from perennial.automation.defining import PERMISSION as AUTOMATE
from perennial.conditions import Condition
from perennial.conditions.sentence import to_sentence
from perennial.conditions.words import key_text
from perennial.objects.schema import schema_of
from perennial.rules.models import Segment
from perennial.rules.segments import (
    MAY_SHAPE,
    kind_of,
    members,
    sees_all,
    segment_by_key,
    segments_of,
    stays_of,
    versions_of,
)
from perennial.rules.using import uses_of_segment
from perennial.rules.versions import clause_changes
from perennial.studio.segments.figures import Size, last_week, over_a_year, overlaps
from perennial.web.kit.pages import Button, Input
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.workspace.actor import Actor

HOME = "/segments/"
SHOWN = 12  # members on the page of a segment
_VERSIONS = 30
_WIDE, _HIGH = 640, 120  # of the picture of its size
State = Segment.State


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    found = segments_of(by=by, with_retired=True)
    used = sorted((each for each in found if each.state != State.RETIRED), key=lambda each: each.name.casefold())
    heading = ngettext("One segment", "%(count)d segments", len(used)) % {"count": len(used)}
    new = Button(_("New segment"), url=f"{HOME}new/", icon="plus", is_primary=True)
    return render(request, "studio/segments/segments.html", {
        "heading": heading if used else _("Segments"), "may_shape": by.may(MAY_SHAPE), "home": HOME, "new": [new],
        "segments": [_line(each, by) for each in used],
        "retired": [each for each in found if each.state == State.RETIRED],
    })  # fmt: skip


@require_GET
def weeks(request: HttpRequest) -> HttpResponse:
    """Who entered and left in the last week, for the list that is there already."""
    by = cast(Page, request).actor
    seen = [each for each in segments_of(by=by) if sees_all(each, by=by)]
    reader, moved = reader_of(by), last_week(seen)
    figures = [(each.key, *map(reader.number, moved.get(each.pk, (0, 0)))) for each in seen]
    return render(request, "studio/segments/_weeks.html", {"figures": figures})


@require_GET
def page(request: HttpRequest, key: str) -> HttpResponse:
    by = cast(Page, request).actor
    segment = segment_by_key(key, by=by)
    kind = kind_of(segment)
    shown = members(segment, by=by, columns=(), limit=SHOWN) if segment.state in (State.LIVE, State.PAUSED) else None
    rows = shown.rows if shown is not None else []
    since = stays_of(segment, [row.id for row in rows])
    versions = [] if segment.is_static else _versions(segment, by)
    is_seen = sees_all(segment, by=by)
    return render(request, "studio/segments/segment.html", {
        "segment": segment, "kind": kind, "home": f"{HOME}{segment.key}/", "all_url": HOME,
        "sentence": versions[0]["sentence"] if versions else "",
        "chips": _chips(segment), "buttons": _buttons(segment, by), "may_shape": by.may(MAY_SHAPE),
        "may_automate": by.may(AUTOMATE) and segment.state == State.LIVE,
        "members": [(f"/o/{kind.key}/{row.id}/", row.title, since.get(row.id)) for row in rows],
        "list_url": list_url(segment), "has_more": shown is not None and bool(shown.next), "sees_all": is_seen,
        "count": reader_of(by).number(segment.members) if is_seen else "",
        "uses": uses_of_segment(segment, by=by), "versions": versions,
        "why_input": Input("record", _("Who"), "ref", search_url=f"/o/{kind.key}/refs/", is_required=True),
    })  # fmt: skip


@require_GET
def size(request: HttpRequest, key: str) -> HttpResponse:
    """How large it was over a year, and whom it shares with others: asked for after the page is there."""
    by = cast(Page, request).actor
    segment = segment_by_key(key, by=by)
    if not sees_all(segment, by=by):
        return HttpResponse("")
    reader = reader_of(by)
    sizes = over_a_year(segment)
    shared = [
        {"name": each.segment.name, "url": f"{HOME}{each.segment.key}/", "members": reader.number(each.members),
         "share": round(100 * each.members / max(1, segment.members))}
        for each in overlaps(segment, by=by)
    ]  # fmt: skip
    most = max((each.members for each in sizes), default=0)
    return render(request, "studio/segments/_size.html", {
        "points": _points(sizes, most), "sizes": sizes if len(sizes) > 1 else [], "most": reader.number(most),
        "first": sizes[0] if sizes else None, "first_size": reader.number(sizes[0].members) if sizes else "",
        "last_size": reader.number(sizes[-1].members) if sizes else "", "shared": shared, "wide": _WIDE, "high": _HIGH,
    })  # fmt: skip


def list_url(segment: Segment) -> str:
    return f"/o/{segment.object_key}/?{urlencode({'filter': f'in segment {key_text(segment.key)}'})}"


def _line(segment: Segment, by: Actor) -> dict[str, Any]:
    kind = kind_of(segment)
    return {
        "segment": segment, "url": f"{HOME}{segment.key}/", "kind": kind.label_plural, "icon": kind.icon,
        "members": reader_of(by).number(segment.members) if sees_all(segment, by=by) else "",
        "owner": segment.owner.name if segment.owner is not None else "",
    }  # fmt: skip


def _chips(segment: Segment) -> list[str]:
    found = [str(State(segment.state).label)]
    found.append(_("kept by hand") if segment.is_static else _("kept by a rule"))
    if segment.is_sweeping:
        found.append(_("everybody is being looked at"))
    return found


def _buttons(segment: Segment, by: Actor) -> list[Button]:
    found = []
    if segment.state in (State.LIVE, State.PAUSED):
        found.append(Button(_("Open the list"), url=list_url(segment), icon="external-link"))
    if by.may(MAY_SHAPE) and segment.state != State.RETIRED:
        found.append(Button(_("Change"), url=f"{HOME}{segment.key}/edit/", icon="pencil", is_primary=True))
    return found


def _versions(segment: Segment, by: Actor) -> list[dict[str, Any]]:
    """The latest first, each with what is different from the one before."""
    found = versions_of(segment)[: _VERSIONS + 1]
    earlier: list[Condition | None] = [*(each.condition for each in found[1:]), None]
    schema = schema_of(kind_of(segment), by=by)
    return [
        {"number": each.number, "at": each.made_at, "note": each.note, "sentence": to_sentence(each.condition, schema),
         "changes": clause_changes(before, each.condition) if before is not None else [],
         "is_now": each.number == segment.number}
        for each, before in zip(found, earlier, strict=True)
    ][:_VERSIONS]  # fmt: skip


def _points(sizes: list[Size], most: int) -> str:
    """The line of the picture."""
    if len(sizes) < 2:
        return ""
    across, up = _WIDE / (len(sizes) - 1), (_HIGH - 8) / max(1, most)
    return " ".join(f"{number * across:.1f},{_HIGH - 4 - each.members * up:.1f}" for number, each in enumerate(sizes))
