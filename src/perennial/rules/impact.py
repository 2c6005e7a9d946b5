"""What a changed rule would do before it is saved: how many would enter and leave now, asked of everybody."""

from __future__ import annotations

from dataclasses import dataclass

from perennial.conditions import Condition, check
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch_one
from perennial.objects.schema import schema_of
from perennial.rules.evaluating import fitting
from perennial.rules.models import Segment
from perennial.rules.segments import kind_of, sees_all
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Impact:
    """`stay` are members now and would be then."""

    enter: int
    leave: int
    stay: int


def impact_of(segment: Segment, condition: Condition, *, by: Actor) -> Impact:
    """Exact, by one statement in the database. The numbers are those of all records, so that only whoever sees them all
    may ask. Raises `NotFound` and `ConditionError`."""
    kind = kind_of(segment)
    if not sees_all(segment, by=by):
        raise NotFound
    asked = fitting(kind, check(condition, schema_of(kind, by=by)))
    row = fetch_one(
        f"WITH fits AS MATERIALIZED ({asked.text}), kept AS (SELECT record_id AS id FROM rules_stay"
        " WHERE segment_id = %s AND left_at IS NULL) SELECT count(*) FILTER (WHERE k.id IS NULL),"
        " count(*) FILTER (WHERE f.id IS NULL), count(*) FILTER (WHERE f.id IS NOT NULL AND k.id IS NOT NULL)"
        " FROM fits f FULL JOIN kept k ON k.id = f.id",
        (*asked.params, segment.pk),
    )
    assert row is not None
    return Impact(*row)
