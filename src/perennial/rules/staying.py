"""Writing down who enters and leaves, set-based, and telling the log; in the transaction that is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from perennial.foundation.sql import execute, fetch
from perennial.objects.belonging import profiles_told_on
from perennial.rules.evaluating import Difference
from perennial.rules.events import SEGMENT_ENTERED, SEGMENT_LEFT
from perennial.timeline.record import NewEvent, record

_TOLD_AT_ONCE = 10_000


class Told(NamedTuple):
    """What must be known of a segment to tell of it."""

    key: str
    name: str
    object_key: str
    number: int


def write(
    found: Sequence[Difference], segments: Mapping[int, Told], causes: Mapping[int, str], *, at: datetime
) -> None:
    """Stays and their events, for any number of segments at once. `causes` says of each segment why."""
    if not found:
        return
    entered = [each for each in found if each.enters]
    left = [each for each in found if not each.enters]
    numbers = [segments[each.segment_id].number for each in entered]
    came = fetch(
        "INSERT INTO rules_stay (segment_id, record_id, entered_at, version, cause, left_cause)"
        " SELECT segment_id, record_id, %s, version, cause, ''"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[]) AS n (segment_id, record_id, version, cause)"
        " ON CONFLICT DO NOTHING RETURNING segment_id, record_id",
        [at, [each.segment_id for each in entered], [each.record_id for each in entered], numbers,
         [causes.get(each.segment_id, "") for each in entered]],
    ) if entered else []  # fmt: skip
    went = fetch(
        "UPDATE rules_stay s SET left_at = greatest(s.entered_at, %s), left_cause = n.cause"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS n (segment_id, record_id, cause)"
        " WHERE s.segment_id = n.segment_id AND s.record_id = n.record_id AND s.left_at IS NULL"
        " RETURNING s.segment_id, s.record_id",
        [at, [each.segment_id for each in left], [each.record_id for each in left],
         [causes.get(each.segment_id, "") for each in left]],
    ) if left else []  # fmt: skip
    count(came, went)
    tell(came, went, segments, causes, at=at)


def count(came: Iterable[tuple[int, int]], went: Iterable[tuple[int, int]]) -> None:
    """Keep the number of members."""
    more = Counter(segment_id for segment_id, _record in came)
    more.subtract(Counter(segment_id for segment_id, _record in went))
    changed = sorted((segment_id, number) for segment_id, number in more.items() if number)
    if changed:
        execute(
            "UPDATE rules_segment s SET members = greatest(0, s.members + n.more)"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS n (id, more) WHERE s.id = n.id",
            [[segment_id for segment_id, _n in changed], [number for _id, number in changed]],
        )


def tell(
    came: Sequence[tuple[int, int]],
    went: Sequence[tuple[int, int]],
    segments: Mapping[int, Told],
    causes: Mapping[int, str],
    *,
    at: datetime,
) -> None:
    """The derived events of these enterings and leavings."""
    moves = [(SEGMENT_ENTERED.key, *each) for each in came] + [(SEGMENT_LEFT.key, *each) for each in went]
    for start in range(0, len(moves), _TOLD_AT_ONCE):
        part = moves[start : start + _TOLD_AT_ONCE]
        by_kind: dict[str, set[int]] = {}
        for _type, segment_id, record_id in part:
            by_kind.setdefault(segments[segment_id].object_key, set()).add(record_id)
        profiles = {key: profiles_told_on(key, ids) for key, ids in by_kind.items()}
        record(
            [
                _event(type, segments[segment_id], record_id, profiles, causes.get(segment_id, ""), at)
                for type, segment_id, record_id in part
            ]
        )


def _event(
    type: str, segment: Told, record_id: int, profiles: Mapping[str, Mapping[int, int]], cause: str, at: datetime
) -> NewEvent:
    return NewEvent(
        type=type,
        profile_id=profiles[segment.object_key].get(record_id),
        properties={"segment": segment.key, "name": segment.name, "why": cause},
        occurred_at=at,
        subject_kind=segment.object_key,
        subject_id=record_id,
        is_derived=True,
        definition=f"{segment.key}@{segment.number}",
    )
