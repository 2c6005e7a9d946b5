"""What orders say about customers, recomputed set-based for those touched.

An order of a person counts for their company as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.workspace.firm import the_firm

YEAR = timedelta(days=365)
_AT_A_TIME = 2_000  # customers whose passing of time is followed in one turn

# Whose orders count for whom: everybody's for themselves, a person's for the company as well. `OFFSET 0` keeps the
# planner at looking up each by its index: it thinks of customers with a thousand orders each, and would read all orders
# of all customers for a hundred of them.
TOUCHED = """
    touched AS (
        SELECT id FROM unnest(%(ids)s::bigint[]) AS id
        UNION
        SELECT p.company_id FROM unnest(%(ids)s::bigint[]) AS asked
            CROSS JOIN LATERAL (SELECT company_id FROM customers_customer WHERE id = asked OFFSET 0) p
        WHERE p.company_id IS NOT NULL
    ),
    member AS (
        SELECT id AS customer_id, id AS buyer_id FROM touched
        UNION ALL
        SELECT t.id, c.id FROM touched t
            CROSS JOIN LATERAL (SELECT id FROM customers_customer WHERE company_id = t.id OFFSET 0) c
    )"""

_REFRESH = f"""
WITH {TOUCHED},
bought AS (
    SELECT m.customer_id, o.kind, o.placed_at, o.base_total,
           (o.placed_at AT TIME ZONE %(zone)s)::date AS day
    FROM member m CROSS JOIN LATERAL (
        SELECT * FROM commerce_order WHERE customer_id = m.buyer_id AND deleted_at IS NULL AND placed_at <= %(as_of)s
        OFFSET 0
    ) o
),
sums AS (
    SELECT customer_id,
           count(*) FILTER (WHERE kind = 'order') AS order_count,
           count(*) FILTER (WHERE kind = 'return') AS return_count,
           count(DISTINCT day) FILTER (WHERE kind = 'order') AS occasion_count,
           min(placed_at) FILTER (WHERE kind = 'order') AS first_order_at,
           max(placed_at) FILTER (WHERE kind = 'order') AS last_order_at,
           sum(base_total) AS spent,
           coalesce(sum(base_total) FILTER (WHERE placed_at > %(year_ago)s), 0) AS spent_year,
           avg(base_total) FILTER (WHERE kind = 'order') AS average_order,
           min(placed_at) FILTER (WHERE placed_at > %(year_ago)s) + %(year)s AS leaves_year_at
    FROM bought GROUP BY customer_id
),
coming AS (
    SELECT m.customer_id, min(o.placed_at) AS at
    FROM member m JOIN commerce_order o ON o.customer_id = m.buyer_id
    WHERE o.deleted_at IS NULL AND o.placed_at > %(as_of)s GROUP BY m.customer_id
)
INSERT INTO commerce_customer_facts (customer_id, order_count, return_count, occasion_count, first_order_at,
    last_order_at, spent, spent_year, average_order, next_flip_at)
SELECT c.id, coalesce(s.order_count, 0), coalesce(s.return_count, 0), coalesce(s.occasion_count, 0), s.first_order_at,
    s.last_order_at, coalesce(s.spent, 0), coalesce(s.spent_year, 0), round(s.average_order, 4),
    least(s.leaves_year_at, f.at)
FROM touched t JOIN customers_customer c ON c.id = t.id
LEFT JOIN sums s ON s.customer_id = t.id
LEFT JOIN coming f ON f.customer_id = t.id
WHERE s.customer_id IS NOT NULL OR f.customer_id IS NOT NULL
    OR EXISTS (SELECT FROM commerce_customer_facts old WHERE old.customer_id = t.id)
ORDER BY c.id
ON CONFLICT (customer_id) DO UPDATE SET order_count = excluded.order_count, return_count = excluded.return_count,
    occasion_count = excluded.occasion_count, first_order_at = excluded.first_order_at,
    last_order_at = excluded.last_order_at, spent = excluded.spent, spent_year = excluded.spent_year,
    average_order = excluded.average_order, next_flip_at = excluded.next_flip_at
"""


def refresh_facts(customer_ids: Iterable[int], *, as_of: datetime | None = None) -> int:
    """Recompute the facts of these customers and of their companies, as of the business clock; how many rows."""
    ids = sorted(set(customer_ids))
    if not ids:
        return 0
    moment = as_of or clock.now()
    params = {"ids": ids, "as_of": moment, "zone": the_firm().timezone, "year": YEAR, "year_ago": moment - YEAR}
    return execute(_REFRESH, params)


def refresh_due_facts(*, limit: int = _AT_A_TIME) -> int:
    """Recompute the facts that the passing of time has changed; how many customers were due."""
    due = fetch(
        "SELECT customer_id FROM commerce_customer_facts WHERE next_flip_at <= %s ORDER BY next_flip_at LIMIT %s",
        [clock.now(), limit],
    )
    refresh_facts(customer_id for (customer_id,) in due)
    return len(due)


def refresh_all_facts(*, as_of: datetime | None = None, batch: int = 20_000) -> int:
    """Recompute the facts of everybody who ever ordered, in batches; how many rows. Part of a rebuild."""
    execute("DELETE FROM commerce_customer_facts")
    done, after = 0, 0
    while True:
        ids = [row[0] for row in fetch(
            "SELECT DISTINCT customer_id FROM commerce_order WHERE customer_id > %s ORDER BY customer_id LIMIT %s",
            [after, batch])]  # fmt: skip
        if not ids:
            return done
        done += refresh_facts(ids, as_of=as_of)
        after = ids[-1]
