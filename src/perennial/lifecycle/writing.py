"""Keeping state: compute a set of customers, and write what came out otherwise than it stood.

One writer at a time (an advisory lock for the length of the transaction), so that live work, sweep and rebuild never
interleave on one customer. A transition that stood already keeps whether the log has been told of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from perennial.foundation.sql import execute, fetch
from perennial.lifecycle.definitions import STAGES, Given
from perennial.lifecycle.history import compute
from perennial.lifecycle.overdue import keep_overdue

_LOCK = 7_201_731  # advisory: one writer of lifecycle state at a time

# (new value, instant, reason, details) of both aspects, as rows of `lifecycle_transition`.
FRESH = """
SELECT r.customer_id, x.aspect, r.at, x.old, x.new, r.reason, x.details
FROM lifecycle_run r CROSS JOIN LATERAL (VALUES
    ('stage', r.was_stage, r.stage, jsonb_strip_nulls(jsonb_build_object(
        'source_id', r.source_id, 'orders', r.orders, 'order_days', r.order_days, 'order_span_days', r.order_span_days,
        'conversations', r.conversations, 'qualification', r.qualification))),
    ('standing', r.was_standing, r.standing, jsonb_strip_nulls(jsonb_build_object(
        'source_id', CASE WHEN r.reason IN ('quiet', 'lapsed') THEN NULL ELSE r.source_id END,
        'usual', CASE WHEN r.reason IN ('quiet', 'lapsed') THEN r.usual ELSE r.usual_before END,
        'silent', CASE r.reason WHEN 'quiet' THEN r.quiet_days
                                WHEN 'lapsed' THEN r.lapsed_days
                                ELSE r.silent END)))
) AS x(aspect, old, new, details)
WHERE x.old IS DISTINCT FROM x.new
"""

_REMOVE = f"""
DELETE FROM lifecycle_transition t WHERE t.customer_id = ANY(%(ids)s::bigint[])
AND NOT EXISTS (SELECT 1 FROM ({FRESH}) f WHERE f.customer_id = t.customer_id AND f.aspect = t.aspect AND f.at = t.at)
"""

_INSERT = f"""
INSERT INTO lifecycle_transition AS t (customer_id, aspect, at, old, new, reason, details, definition, is_told)
SELECT f.customer_id, f.aspect, f.at, f.old, f.new, f.reason, f.details, %(definition)s, NOT %(tell)s FROM ({FRESH}) f
ON CONFLICT (customer_id, aspect, at) DO UPDATE SET
    old = excluded.old, new = excluded.new, reason = excluded.reason, details = excluded.details,
    definition = excluded.definition,
    is_told = t.is_told AND t.new IS NOT DISTINCT FROM excluded.new OR excluded.is_told
WHERE (t.old, t.new, t.reason, t.details, t.definition)
    IS DISTINCT FROM (excluded.old, excluded.new, excluded.reason, excluded.details, excluded.definition)
"""

COLUMNS = (
    "stage",
    "stage_since",
    "previous_stage",
    "standing",
    "standing_since",
    "orders",
    "order_days",
    "first_order_at",
    "last_order_at",
    "usual_gap_days",
    "gap_spread_days",
    "quiet_at",
    "lapsed_at",
    "next_flip_at",
    "worth",
    "worth_before",
    *(f"entered_{stage}" for stage in STAGES),
    *(f"left_{stage}" for stage in STAGES),
)
_DAYS = ",\n".join(
    f"(max(at) FILTER (WHERE {column} = '{stage}' AND stage IS DISTINCT FROM was_stage) AT TIME ZONE %(zone)s)::date"
    f" AS {name}_{stage}"
    for name, column in (("entered", "stage"), ("left", "was_stage"))
    for stage in STAGES
)
_YEAR = "interval '8760 hours'"

# What `lifecycle_state` should hold for everybody in `lifecycle_run`, in the order of COLUMNS. The next flip is also
# when an order leaves the last 365 days, and when one comes that is dated ahead.
CURRENT = f"""
SELECT l.customer_id, l.stage, h.stage_since, h.previous_stage, l.standing, h.standing_since, l.orders, l.order_days,
       l.first_order_at, l.last_order_at, CASE WHEN l.orders > 0 THEN l.usual END,
       CASE WHEN l.orders > 0 THEN l.spread END, l.quiet_at, l.lapsed_at,
       LEAST(l.next_flip_at, w.leaves_at, w.comes_at),
       coalesce(w.worth, 0), coalesce(w.before, 0),
       {", ".join(f"h.entered_{stage}" for stage in STAGES)}, {", ".join(f"h.left_{stage}" for stage in STAGES)}
FROM lifecycle_run l JOIN (
    SELECT customer_id, max(at) FILTER (WHERE stage IS DISTINCT FROM was_stage) AS stage_since,
           (array_agg(was_stage ORDER BY at DESC) FILTER (WHERE stage IS DISTINCT FROM was_stage))[1] AS previous_stage,
           max(at) FILTER (WHERE standing IS DISTINCT FROM was_standing) AS standing_since,
           {_DAYS}
    FROM lifecycle_run GROUP BY customer_id
) h ON h.customer_id = l.customer_id
LEFT JOIN (
    SELECT b.customer_id,
           sum(o.base_total) FILTER (WHERE o.placed_at > %(as_of)s - {_YEAR} AND o.placed_at <= %(as_of)s) AS worth,
           sum(o.base_total) FILTER (WHERE o.placed_at > b.last_order_at - {_YEAR} AND o.placed_at <= b.last_order_at)
               AS before,
           min(o.placed_at + {_YEAR}) FILTER (WHERE o.placed_at > %(as_of)s - {_YEAR} AND o.placed_at <= %(as_of)s)
               AS leaves_at,
           min(o.placed_at) FILTER (WHERE o.placed_at > %(as_of)s) AS comes_at
    FROM (
        SELECT r.customer_id, r.customer_id AS member, r.last_order_at FROM lifecycle_run r WHERE r.is_last
        UNION ALL
        SELECT r.customer_id, c.id, r.last_order_at FROM lifecycle_run r
        JOIN customers_customer c ON c.company_id = r.customer_id AND c.deleted_at IS NULL
        WHERE r.is_last AND %(rolls_up)s
    ) b JOIN commerce_order o ON o.customer_id = b.member AND o.deleted_at IS NULL
    GROUP BY b.customer_id
) w ON w.customer_id = l.customer_id
WHERE l.is_last
"""

_STATE = f"""
INSERT INTO lifecycle_state AS s (customer_id, {", ".join(COLUMNS)}, tag)
SELECT c.*, %(tag)s FROM ({CURRENT}) c
ON CONFLICT (customer_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS, "tag"))}
WHERE ({", ".join(f"s.{name}" for name in (*COLUMNS, "tag"))})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in (*COLUMNS, "tag"))})
"""

_GONE = """
DELETE FROM lifecycle_state s WHERE s.customer_id = ANY(%(ids)s::bigint[])
AND NOT EXISTS (SELECT 1 FROM lifecycle_run r WHERE r.customer_id = s.customer_id)
"""

# Rows are locked in the order of their ids, so that two writers of customers wait instead of locking each other out.
_CUSTOMERS = """
UPDATE customers_customer c
SET stage = n.stage, standing = n.standing, stage_since = n.stage_since, worth = n.worth
FROM (
    SELECT c.id, s.stage, s.standing, s.stage_since, coalesce(s.worth, 0) AS worth
    FROM customers_customer c LEFT JOIN lifecycle_state s ON s.customer_id = c.id
    WHERE c.id = ANY(%(ids)s::bigint[]) AND (c.stage, c.standing, c.stage_since, c.worth)
        IS DISTINCT FROM (s.stage, s.standing, s.stage_since, coalesce(s.worth, 0))
    ORDER BY c.id FOR NO KEY UPDATE OF c
) n WHERE c.id = n.id
"""


def take_turn() -> None:
    """Wait until no other writer is at work, and keep others out until the transaction ends."""
    execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def recompute(ids: Sequence[int], *, on: Given, tell: bool = True) -> None:
    """Bring these customers' state up to date, in the transaction that is open and holds the turn.

    `tell` leaves new transitions to `telling`, which appends their events; a rebuild does not, for it is no news.
    """
    params = {
        "ids": list(ids),
        "as_of": on.as_of,
        "zone": on.zone,
        "tag": on.tag,
        "definition": on.definition.name,
        "tell": tell,
        "rolls_up": on.rolls_up,
    }
    compute(ids, on=on)
    execute("ANALYZE lifecycle_run")
    for statement in (_REMOVE, _INSERT, _STATE, _GONE, _CUSTOMERS):
        execute(statement, params)
    keep_overdue(ids, as_of=on.as_of)


def everybody(*, after: int, limit: int) -> list[int]:
    """A chunk of all customers that are not deleted, by id."""
    return [
        row[0]
        for row in fetch(
            "SELECT id FROM customers_customer WHERE id > %s AND deleted_at IS NULL ORDER BY id LIMIT %s",
            [after, limit],
        )
    ]
