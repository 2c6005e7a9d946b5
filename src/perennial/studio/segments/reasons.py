"""Why somebody is in a segment or out of it: each clause with its answer, and what decided it."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from perennial.conditions.saying import shown
from perennial.conditions.schema import Schema
from perennial.conditions.tree import All, Changed, InSegment, Neither
from perennial.conditions.tree import Any as AnyOf
from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects.schema import schema_of
from perennial.objects.titles import title_of
from perennial.rules.segments import current_version, kind_of, segment_by_key, stays_of
from perennial.rules.why import Evidence, Reason, why
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page


@require_GET
def reasons(request: HttpRequest, key: str) -> HttpResponse:
    by = cast(Page, request).actor
    segment = segment_by_key(key, by=by)
    kind, record_id = kind_of(segment), whole_number(request.GET.get("record", ""))
    if segment.is_static:
        raise NotFound
    if record_id is None:
        return render(request, "studio/segments/_reasons.html", {"error": _("Choose somebody from the list first.")})
    try:
        found = why(kind, current_version(segment).condition, record_id, by=by)
    except NotFound:
        return render(request, "studio/segments/_reasons.html", {"error": _("There is nobody of this name to see.")})
    since = stays_of(segment, [record_id]).get(record_id)
    name = {"name": title_of(kind.key, record_id, by=by)}
    sentence = _("%(name)s matches.") % name if found.holds else _("%(name)s does not match.") % name
    return render(request, "studio/segments/_reasons.html", {
        "error": "", "sentence": sentence, "since": since, "differs": (since is not None) is not found.holds,
        "reason": _drawn(found, schema_of(kind, by=by), reader_of(by)),
    })  # fmt: skip


def _drawn(reason: Reason, schema: Schema, reader: Reader) -> dict[str, Any]:
    node = reason.condition
    word = ""
    if isinstance(node, All | AnyOf | Neither):
        word = _("all of these") if isinstance(node, All) else _("none of these")
        word = _("any of these") if isinstance(node, AnyOf) else word
    return {
        "sentence": word or reason.sentence, "holds": reason.holds,
        "parts": [_drawn(each, schema, reader) for each in reason.parts],
        "evidence": [_told(each, node, schema, reader) for each in reason.evidence],
    }  # fmt: skip


def _told(evidence: Evidence, node: object, schema: Schema, reader: Reader) -> str:
    """What decided it, in a few words."""
    if isinstance(node, InSegment):
        entered = reader.moment(evidence.at) if evidence.at is not None else ""
        if evidence.value is None:
            return _("in it since %(at)s") % {"at": entered}
        return _("in it from %(at)s to %(left)s") % {"at": entered, "left": reader.moment(evidence.value)}
    if evidence.type:
        event = schema.event(evidence.type)
        at = reader.moment(evidence.at) if evidence.at is not None else ""
        return f"{event.label if event is not None else evidence.type}, {at}"
    value = _value(evidence, schema)
    if isinstance(node, Changed) and evidence.at is not None:
        return _("to %(value)s, %(at)s") % {"value": value, "at": reader.moment(evidence.at)}
    return _("It is: %(value)s") % {"value": value}


def _value(evidence: Evidence, schema: Schema) -> str:
    info = schema.field(evidence.field)
    values = evidence.value if isinstance(evidence.value, list | tuple) else [evidence.value]
    known = [each for each in values if each not in (None, "")]
    if info is None or not known:
        return _("empty")
    return ", ".join(shown(each, info) for each in known)
