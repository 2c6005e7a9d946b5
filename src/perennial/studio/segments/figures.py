"""What stays tell of segments: who came and went in a week, how large one was over a year, whom it shares with others.

Figures are of everybody, so they are shown to those who may see every record of the kind, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.types import object_types
from perennial.rules.models import Segment
from perennial.rules.segments import kind_of, sees_all
from perennial.rules.sweeping import FILLED
from perennial.rules.wakes import family
from perennial.workspace.actor import Actor

WEEKS = 52
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Size:
    at: datetime
    members: int


@dataclass(frozen=True, slots=True)
class Shared:
    """How many of a segment's members are in another one too."""

    segment: Segment
    members: int


def last_week(segments: Sequence[Segment]) -> dict[int, tuple[int, int]]:
    """How many entered each and how many left, in the last seven days; its first filling is no entering. One
    statement."""
    since = clock.now() - _WEEK
    return {id: (entered, left) for id, entered, left in fetch(
        "SELECT segment_id, count(*) FILTER (WHERE entered_at > %s AND cause <> %s),"
        " count(*) FILTER (WHERE left_at > %s)"
        " FROM rules_stay WHERE segment_id = ANY(%s::bigint[]) AND (entered_at > %s OR left_at > %s)"
        " GROUP BY segment_id",
        [since, FILLED, since, [each.pk for each in segments], since, since],
    )}  # fmt: skip


def over_a_year(segment: Segment) -> list[Size]:
    """Its size at the end of each of the last weeks, the oldest first; not from before it was there. One statement."""
    now = clock.now()
    begin = now - WEEKS * _WEEK
    moved = dict(fetch(
        "SELECT greatest(0, ceil(extract(epoch FROM at - %s) / 604800))::int AS week, sum(change)::bigint FROM ("
        " SELECT entered_at AS at, 1 AS change FROM rules_stay WHERE segment_id = %s"
        " UNION ALL SELECT left_at, -1 FROM rules_stay WHERE segment_id = %s AND left_at IS NOT NULL"
        ") AS moves WHERE at <= %s GROUP BY 1",
        [begin, segment.pk, segment.pk, now],
    ))  # fmt: skip
    members, sizes = 0, []
    for week in range(WEEKS + 1):
        members += int(moved.get(week, 0))
        sizes.append(Size(begin + week * _WEEK, members))
    first = next((number for number, each in enumerate(sizes) if each.members), len(sizes))
    return sizes[first:]


def overlaps(segment: Segment, *, by: Actor) -> list[Shared]:
    """The others that its members are in, the most shared first. Two statements."""
    kinds = [key for key in family(kind_of(segment)) if key in object_types]
    others = {
        each.pk: each
        for each in Segment.objects.filter(object_key__in=kinds, state__in=("live", "paused")).exclude(pk=segment.pk)
        if sees_all(each, by=by)
    }
    rows = fetch(
        "SELECT o.segment_id, count(*) FROM rules_stay s JOIN rules_stay o ON o.record_id = s.record_id"
        " AND o.left_at IS NULL AND o.segment_id = ANY(%s::bigint[]) WHERE s.segment_id = %s AND s.left_at IS NULL"
        " GROUP BY o.segment_id ORDER BY count(*) DESC LIMIT 10",
        [list(others), segment.pk],
    )
    return [Shared(others[id], members) for id, members in rows]
