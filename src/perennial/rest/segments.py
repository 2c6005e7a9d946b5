"""Segments: GET and POST /segments, GET and PATCH /segments/loyal, its versions and members; /people/7/segments."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.conditions import Condition, ConditionError
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.text import parse
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types, type_by_path
from perennial.rest.bodies import flag, read_object, refuse_parts, refuse_unknown, text_of, whole
from perennial.rest.idempotency import once
from perennial.rest.problems import answer, endpoint, require_read
from perennial.rules.changing import change_rule, describe, make_segment, pause, publish, restore, retire, roll_back
from perennial.rules.models import Segment
from perennial.rules.segments import (
    Membership,
    Version,
    current_version,
    kind_of,
    members,
    memberships_of,
    sees_all,
    segment_by_key,
    segments_of,
    stays_of,
    versions_of,
)
from perennial.workspace.actor import Actor

MOST = 200
_MADE = ("kind", "name", "description", "condition", "filter", "live", "note")
_CHANGED = ("name", "description", "condition", "filter", "version", "back_to", "note", "state")


@endpoint
def segments(request: HttpRequest, by: Actor) -> HttpResponse:
    """By key, the key's own to see; POST makes one."""
    if request.method == "POST":
        refuse_unknown(request, ())
        return once(request, by, lambda: _make(read_object(request), by))
    require_read(request, "POST")
    refuse_unknown(request, ("kind", "retired", "limit", "cursor"))
    limit = whole(request, "limit", default=50, least=1, most=MOST)
    found = segments_of(
        by=by, object_key=_kind(request.GET["kind"]).key if "kind" in request.GET else "",
        with_retired=flag(request, "retired"), after=request.GET.get("cursor", "")[:80], limit=limit + 1,
    )  # fmt: skip
    following = found[limit - 1].key if len(found) > limit else None
    return answer({"data": [_as_json(each, by) for each in found[:limit]], "next": following})


@endpoint
def segment(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    found = segment_by_key(key, by=by)
    refuse_unknown(request, ())
    if request.method == "PATCH":
        return once(request, by, lambda: _change(read_object(request), found, by))
    require_read(request, "PATCH")
    return answer(_as_json(found, by))


@endpoint
def versions(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """The latest first."""
    found = segment_by_key(key, by=by)
    require_read(request)
    refuse_unknown(request, ())
    return answer({"data": [_version(each) for each in versions_of(found)], "next": None})


@endpoint
def segment_members(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """The members that the key may see, by id, and since when they are."""
    found = segment_by_key(key, by=by)
    require_read(request)
    refuse_unknown(request, ("limit", "cursor"))
    limit = whole(request, "limit", default=50, least=1, most=MOST)
    page = members(found, by=by, columns=(), limit=limit, after=request.GET.get("cursor"))
    since = stays_of(found, [row.id for row in page.rows])
    data = [{"id": row.id, "title": row.title, "entered_at": since.get(row.id)} for row in page.rows]
    return answer({"data": data, "next": page.next})


@endpoint
def record_segments(request: HttpRequest, by: Actor, path: str, record_id: str) -> HttpResponse:
    """The segments that a record is in; with `past=true` also those it was in."""
    kind, number = type_by_path(path), whole_number(record_id)
    if kind is None or not number:
        raise NotFound
    require_read(request)
    refuse_unknown(request, ("past",))
    found = memberships_of(kind, number, by=by, with_past=flag(request, "past"))
    return answer({"data": [_stay(each) for each in found], "next": None})


def _make(sent: dict[str, Any], by: Actor) -> HttpResponse:
    refuse_parts(sent, _MADE)
    kind = _kind(_text(sent, "kind"))
    condition = _condition(sent, kind, by)
    made = make_segment(
        kind, _text(sent, "name"), condition, by=by, description=_text(sent, "description"), note=_text(sent, "note"),
        is_live=sent.get("live") is True,
    )  # fmt: skip
    return answer(_as_json(segment_by_key(made.key, by=by), by), status=201)


def _change(sent: dict[str, Any], found: Segment, by: Actor) -> HttpResponse:
    """All that is named, or nothing."""
    refuse_parts(sent, _CHANGED)
    version, back_to, state = sent.get("version"), sent.get("back_to"), sent.get("state")
    for name, value in (("version", version), ("back_to", back_to)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31):
            raise Invalid({name: _("Name a version by its number.")})
    if state is not None and state not in Segment.State.values:
        raise Invalid({"state": _("A segment is live, paused or retired.")})
    condition = _condition(sent, kind_of(found), by)
    with transaction.atomic():
        if "name" in sent or "description" in sent:
            describe(found, by=by, name=_text(sent, "name") if "name" in sent else None,
                     description=_text(sent, "description") if "description" in sent else None)  # fmt: skip
        if condition is not None:
            change_rule(found, condition, by=by, number=version, note=_text(sent, "note"))
        if back_to is not None:
            roll_back(found, back_to, by=by, note=_text(sent, "note"))
        if state is not None and state != found.state:
            _move(found, state, by)
    return answer(_as_json(segment_by_key(found.key, by=by), by))


def _move(found: Segment, state: str, by: Actor) -> None:
    match state:
        case Segment.State.LIVE if found.state == Segment.State.RETIRED:
            restore(found, by=by)
        case Segment.State.LIVE:
            publish(found, by=by)
        case Segment.State.PAUSED:
            pause(found, by=by)
        case Segment.State.RETIRED:
            retire(found, by=by)
        case _:
            raise Invalid({"state": _("A segment that has been live is no draft again.")})


def _condition(sent: dict[str, Any], kind: ObjectType, by: Actor) -> Condition | None:
    """As JSON in `condition`, or as text in `filter`."""
    try:
        if sent.get("filter") is not None:
            return parse(_text(sent, "filter"), schema_of(kind, by=by))
        return from_json(sent["condition"]) if sent.get("condition") is not None else None
    except ConditionError as error:
        raise Invalid({"filter" if sent.get("filter") is not None else "condition": error.sentence}) from None


def _kind(path: str) -> ObjectType:
    found = type_by_path(path)
    if found is None:
        raise Invalid({"kind": _("There is no kind %(name)s.") % {"name": path[:80]}})
    return found


def _text(sent: dict[str, Any], name: str) -> str:
    return text_of(sent, name) if name in sent else ""


def _as_json(found: Segment, by: Actor) -> dict[str, Any]:
    condition = None if found.is_static else current_version(found).condition
    kind = object_types.get(found.object_key)
    return {
        "key": found.key, "name": found.name, "description": found.description,
        "kind": kind.path if kind is not None else found.object_key, "state": found.state, "static": found.is_static,
        "version": found.number, "members": found.members if sees_all(found, by=by) else None,
        "settled": not found.is_sweeping,
        "owner": found.owner and {"id": found.owner.pk, "name": found.owner.name}, "trouble": found.trouble,
        "condition": condition and to_json(condition), "filter": condition and to_text(condition),
        "created_at": found.created_at, "updated_at": found.updated_at,
    }  # fmt: skip


def _version(each: Version) -> dict[str, Any]:
    return {"version": each.number, "condition": to_json(each.condition), "filter": to_text(each.condition),
            "made_by": each.made_by, "made_at": each.made_at, "note": each.note}  # fmt: skip


def _stay(each: Membership) -> dict[str, Any]:
    return {"segment": each.segment.key, "name": each.segment.name, "entered_at": each.entered_at,
            "left_at": each.left_at}  # fmt: skip
