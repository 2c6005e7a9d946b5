"""Segments kept by hand follow merges: the record that stays is a member in the place of the one that goes.

When the merge is taken back, the one that comes back is a member again; the other stays one, for it may have been put
in for its own sake.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.foundation.sql import fetch
from perennial.objects.types import object_types
from perennial.rules.evaluating import Difference
from perennial.rules.known import kept_by_hand
from perennial.rules.staying import Told, write
from perennial.rules.wakes import family
from perennial.rules.watching import note_members
from perennial.timeline.consumers import advance, next_batch

CONSUMER = "rules.by_hand"
MERGED = "merge"
_ROWS = 10_000
_WHO = "CASE WHEN l.kind IN ('merge', 'unmerge') THEN l.\"values\" END"


@loop("rules.follow_merges", every=2)
def follow_merges() -> int:
    """Nothing at all while no segment is kept by hand."""
    if not kept_by_hand([*object_types]):
        return 0
    with transaction.atomic():
        batch = next_batch(CONSUMER, "timeline_change", f"l.object_key, l.record_id, l.kind, {_WHO}", limit=_ROWS)
        if batch is None:
            return 0
        for object_key, record_id, kind, values in batch.rows:
            if values:
                _follow(object_key, record_id, kind, json.loads(values))
        advance(CONSUMER, "timeline_change", batch)
    return len(batch.rows)


def _follow(object_key: str, record_id: int, kind: str, values: dict[str, Any]) -> None:
    """One row about the record that goes, or that comes back; the other one's row says nothing of that."""
    declared = object_types.get(object_key)
    if declared is None or "merged_into" not in values:
        return
    for segment in kept_by_hand(family(declared)):
        found = _moves(segment.id, record_id, values["merged_into"] if kind == MERGED else None)
        told = {segment.id: Told(segment.key, segment.name, segment.object_key, 1)}
        write(found, told, {segment.id: MERGED}, at=clock.now())
        note_members(segment.key, [each.record_id for each in found])


def _moves(segment_id: int, record_id: int, winner: int | None) -> list[Difference]:
    rows = fetch(
        "SELECT left_at IS NULL, left_cause FROM rules_stay WHERE segment_id = %s AND record_id = %s"
        " ORDER BY id DESC LIMIT 1",
        [segment_id, record_id],
    )
    if not rows:
        return []
    is_member, why = rows[0]
    if winner is not None:
        return [Difference(segment_id, record_id, False), Difference(segment_id, winner, True)] if is_member else []
    return [Difference(segment_id, record_id, True)] if not is_member and why == MERGED else []
