"""Reading segments: which there are, what they ask, who is in them, since when.

Definitions are seen by whoever may see any record of the kind, and all that the rule asks about; members pass through
the viewer's rights (`members`), and how many they are is told to whoever sees them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from perennial.conditions import Condition
from perennial.conditions.jsonform import from_json
from perennial.conditions.tree import TRUE, InSegment, every
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import predicate
from perennial.objects.query import Page, allowed_ids, select
from perennial.objects.types import ObjectType, object_types
from perennial.rules.known import may_know
from perennial.rules.models import Segment, SegmentVersion
from perennial.rules.wakes import family
from perennial.workspace.actor import Actor

MAY_SHAPE = "rules.shape"


@dataclass(frozen=True, slots=True)
class Version:
    """What a segment asks, or asked, under a number."""

    number: int
    condition: Condition
    made_by: str
    made_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A stay, as a record's page tells of it."""

    segment: Segment
    entered_at: datetime
    left_at: datetime | None = None
    cause: str = field(default="", compare=False)


def segment_by_key(key: str, *, by: Actor) -> Segment:
    """Raises `NotFound`, also where the actor sees no record of the kind."""
    found = Segment.objects.select_related("owner").filter(key=key[:80]).first()
    if found is None or not may_see(found, by=by):
        raise NotFound
    return found


def segments_of(
    *, by: Actor, object_key: str = "", with_retired: bool = False, after: str = "", limit: int | None = None
) -> list[Segment]:
    """By key, those of a kind or of all that the actor sees."""
    found = Segment.objects.select_related("owner").order_by("key").filter(key__gt=after)
    if not with_retired:
        found = found.exclude(state=Segment.State.RETIRED)
    if object_key:
        found = found.filter(object_key=object_key)
    seen = [each for each in found if may_see(each, by=by)]
    return seen if limit is None else seen[:limit]


def may_see(segment: Segment, *, by: Actor) -> bool:
    return may_know(segment, by=by)


def sees_all(segment: Segment, *, by: Actor) -> bool:
    """Whether figures of everybody in it may be told to the actor."""
    kind = object_types.get(segment.object_key)
    return kind is not None and may_see(segment, by=by) and predicate(kind, by=by, verb="view") == TRUE


def kind_of(segment: Segment) -> ObjectType:
    """Raises `NotFound` where the kind is no more."""
    kind = object_types.get(segment.object_key)
    if kind is None:
        raise NotFound
    return kind


def current_version(segment: Segment) -> Version:
    return version_of(segment, segment.number)


def version_of(segment: Segment, number: int) -> Version:
    """Raises `NotFound`."""
    found = SegmentVersion.objects.filter(segment=segment, number=number).first()
    if found is None:
        raise NotFound
    return _version(found)


def versions_of(segment: Segment) -> list[Version]:
    """The latest first."""
    return [_version(each) for each in segment.versions.order_by("-number")]


def condition_of_segment(segment: Segment) -> Condition:
    """What it asks now; of one kept by hand, its members."""
    return InSegment(segment.key) if segment.is_static else current_version(segment).condition


def members(
    segment: Segment,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    sort: str | None = "id",
    limit: int = 50,
    after: str | None = None,
) -> Page:
    """A page of the members that the actor may see."""
    asked = every(InSegment(segment.key), where) if where != TRUE else InSegment(segment.key)
    return select(kind_of(segment), by=by, where=asked, columns=columns, sort=sort, limit=limit, after=after)


def stays_of(segment: Segment, record_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when these are members; those that are not are missing."""
    return dict(fetch(
        "SELECT record_id, entered_at FROM rules_stay WHERE segment_id = %s AND left_at IS NULL"
        " AND record_id = ANY(%s::bigint[])",
        [segment.pk, list(record_ids)],
    ))  # fmt: skip


def memberships_of(kind: ObjectType, record_id: int, *, by: Actor, with_past: bool = False) -> list[Membership]:
    """The segments that a record is in, the latest entered first; with those it was in. Raises `NotFound` when the
    record is not the actor's to see. Three statements at most."""
    if record_id not in allowed_ids(kind, [record_id], by=by, verb="view"):
        raise NotFound
    return stays_in(kind, record_id, by=by, with_past=with_past)


def stays_in(kind: ObjectType, record_id: int, *, by: Actor, with_past: bool = False) -> list[Membership]:
    """The same for one who has looked already whether the actor may see the record. Two statements at most."""
    past = "" if with_past else " AND t.left_at IS NULL"
    rows: list[tuple[Any, ...]] = fetch(
        "SELECT t.segment_id, t.entered_at, t.left_at, t.cause FROM rules_stay t JOIN rules_segment s"
        " ON s.id = t.segment_id AND s.state <> 'retired' AND s.object_key = ANY(%s::text[])"
        f" WHERE t.record_id = %s{past} ORDER BY t.left_at IS NOT NULL, t.entered_at DESC, t.id DESC LIMIT 200",
        [family(kind), record_id],
    )
    segments = Segment.objects.in_bulk({row[0] for row in rows}) if rows else {}
    found = (Membership(segments[row[0]], *row[1:]) for row in rows)
    return [each for each in found if may_see(each.segment, by=by)]


def _version(row: SegmentVersion) -> Version:
    return Version(row.number, from_json(row.condition), row.made_by, row.made_at, row.note)
