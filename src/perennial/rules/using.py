"""Who would miss a segment, and which fields and facts segments rest on: asked before something is retired.

Whoever keeps something that names segments says so:

    register_segment_uses(lambda segment, by: [Use(_("Automation"), each.name, each.url) for …])

What uses it is told to everybody who sees the segment, by its name to whoever may know of it (`unnamed`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy as _

from perennial.conditions import Condition, ConditionError
from perennial.conditions.jsonform import from_json
from perennial.conditions.text import parse
from perennial.conditions.tree import Compare, InSegment, Tally, walk_all
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.fields import Label
from perennial.objects.made.uses import Use, register_uses
from perennial.objects.record_fields import FACT
from perennial.objects.types import object_types
from perennial.objects.views.spec import spec_from_json
from perennial.rules.known import may_know
from perennial.rules.models import Segment, SegmentVersion
from perennial.rules.wakes import awake, family
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

SegmentUses = Callable[[Segment, Actor], list[Use]]
_asked: list[SegmentUses] = []
WHAT = _("Segment")


def register_segment_uses(asked: SegmentUses) -> None:
    if asked not in _asked:
        _asked.append(asked)


def uses_of_segment(segment: Segment, *, by: Actor) -> list[Use]:
    """All of them, in the order in which they were registered."""
    return [use for asked in _asked for use in asked(segment, by)]


def unnamed(what: Label) -> Use:
    """Something of which the asker may know no more than that it would miss what is retired."""
    return Use(what, str(_("one that you may not see")))


def address(segment: Segment) -> str:
    """The page of a segment."""
    return f"/segments/{segment.key}/"


def segments_naming(segment: Segment) -> list[Segment]:
    """Segments that ask for members of this one."""
    return [each for each, condition in in_use() if names(condition, segment.key)]


def names(condition: Condition, key: str) -> bool:
    return any(isinstance(node, InSegment) and node.segment == key for _depth, node in walk_all(condition))


def _by_segments(segment: Segment, by: Actor) -> list[Use]:
    return [
        Use(WHAT, each.name, address(each)) if may_know(each, by=by) else unnamed(WHAT)
        for each in segments_naming(segment)
    ]


def _by_views(segment: Segment, by: Actor) -> list[Use]:
    """Of a view that is somebody else's, or about records that the asker does not see, only that it is there."""
    found = []
    for view_id, object_key, name, spec in fetch(
        "SELECT id, object_key, CASE WHEN owner_id = %s OR audience = 'everybody'"
        " OR (audience = 'teams' AND team_ids && %s::bigint[]) THEN name ELSE '' END, spec FROM objects_view"
        " WHERE deleted_at IS NULL AND strpos(spec::text, %s) > 0 ORDER BY object_key, position, id",
        [by.user_id, list(by.team_ids), segment.key],
    ):
        read = spec_from_json(json.loads(spec))
        if any(_named_in_text(text, segment.key) for text in (read.where, *(text for _label, text in read.quick))):
            kind = object_types.get(object_key)
            is_seen = name and kind is not None and widest_reach(kind, by=by, verb="view") is not Reach.NONE
            is_theirs = Use(_("View"), name, f"/o/{object_key}/?view={view_id}")
            found.append(is_theirs if is_seen else Use(_("View"), str(_("a private view"))))
    return found


def _named_in_text(text: str, key: str) -> bool:
    try:
        return bool(text.strip()) and names(parse(text), key)
    except ConditionError:
        return False


def _of_fields(object_key: str, field: str) -> list[Use]:
    """Segments that rest on a field or a fact, or with no field on the kind."""
    return [
        Use(WHAT, segment.name, address(segment))
        for segment, condition in in_use()
        if _rests_on(segment, condition, object_key, field)
    ]


def _rests_on(segment: Segment, condition: Condition, object_key: str, field: str) -> bool:
    kind, asked = object_types.get(segment.object_key), object_types.get(object_key)
    if kind is None or asked is None:
        return segment.object_key == object_key and not field
    if field.startswith(FACT):
        return any(field in _keys(node) for _depth, node in walk_all(condition))
    named = family(asked)
    if not field and segment.object_key in named:
        return True
    wakes = [wake for wake in awake(condition, kind).wakes if wake.source == "record" and wake.object_key in named]
    return any(not field and wake.steps for wake in wakes) or any(field in wake.fields for wake in wakes)


def _keys(node: Condition) -> Iterator[str]:
    """What a clause names, also behind a reference ("company.fact:…")."""
    if isinstance(node, Compare | Tally):
        yield node.field
        yield node.field[node.field.find(FACT) :] if FACT in node.field else ""


def in_use() -> list[tuple[Segment, Condition]]:
    """The dynamic segments that are not retired, with what they ask."""
    segments = Segment.objects.exclude(state=Segment.State.RETIRED).filter(is_static=False).in_bulk()
    found = []
    for version in SegmentVersion.objects.filter(segment_id__in=segments).order_by("segment_id"):
        segment = segments[version.segment_id]
        if segment.number == version.number:
            try:
                found.append((segment, from_json(version.condition)))
            except ConditionError:
                continue
    return found


register_segment_uses(_by_segments)
register_segment_uses(_by_views)
register_uses(_of_fields)
