"""How far past their own rhythm customers are: when the next order is due, and how many usual gaps have passed.

The ratio moves with time for everybody, so it is kept in steps (a tenth of a gap up to ten, whole gaps beyond), each
with the instant of the next: a list is sorted by an index, a customer is written anew every tenth of their own gap,
and nothing has to be computed for everybody in the night. It follows from the state alone, and may be made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.foundation.sql import execute, fetch

AT_A_TIME = 5_000  # customers whose step has come, in one turn
LARGEST = 99  # gaps; whoever is further away moves no more

# A millionth of a gap is added, so that an instant rounded to microseconds belongs to the step that begins with it.
_KEEP = f"""
INSERT INTO lifecycle_overdue AS o (customer_id, due_at, ratio, flips_at)
SELECT s.customer_id, s.last_order_at + make_interval(secs => g.seconds), r.ratio,
       CASE WHEN r.ratio < {LARGEST} THEN s.last_order_at + make_interval(secs => g.seconds * (r.ratio +
            CASE WHEN r.ratio < 10 THEN 0.1 ELSE 1 END)) END
FROM lifecycle_state s
CROSS JOIN LATERAL (SELECT 86400 * greatest(s.usual_gap_days, 1) AS seconds) g
CROSS JOIN LATERAL (
    SELECT greatest(extract(epoch FROM %(as_of)s::timestamptz - s.last_order_at), 0) / g.seconds + 0.000001 AS exact
) x
CROSS JOIN LATERAL (
    SELECT least(CASE WHEN x.exact < 10 THEN floor(x.exact * 10) / 10 ELSE floor(x.exact) END, {LARGEST}) AS ratio
) r
WHERE s.customer_id = ANY(%(ids)s::bigint[]) AND s.last_order_at IS NOT NULL AND s.usual_gap_days IS NOT NULL
ORDER BY s.customer_id
ON CONFLICT (customer_id) DO UPDATE SET due_at = excluded.due_at, ratio = excluded.ratio, flips_at = excluded.flips_at
WHERE (o.due_at, o.ratio, o.flips_at) IS DISTINCT FROM (excluded.due_at, excluded.ratio, excluded.flips_at)
"""
_GONE = """
DELETE FROM lifecycle_overdue o WHERE o.customer_id = ANY(%(ids)s::bigint[]) AND NOT EXISTS (
    SELECT FROM lifecycle_state s
    WHERE s.customer_id = o.customer_id AND s.last_order_at IS NOT NULL AND s.usual_gap_days IS NOT NULL)
"""


def keep_overdue(ids: Sequence[int], *, as_of: datetime) -> None:
    """By the state as it stands, in the transaction that is open."""
    for statement in (_KEEP, _GONE):
        execute(statement, {"ids": list(ids), "as_of": as_of})


@loop("lifecycle.overdue", every=20.0)
def follow_overdue() -> int:
    """One turn: those whose next step has come; how many."""
    with transaction.atomic():
        due = [customer for (customer,) in fetch(
            "SELECT customer_id FROM lifecycle_overdue WHERE flips_at <= %s ORDER BY flips_at LIMIT %s"
            " FOR UPDATE SKIP LOCKED", [clock.now(), AT_A_TIME])]  # fmt: skip
        if due:
            keep_overdue(due, as_of=clock.now())
    return len(due)
