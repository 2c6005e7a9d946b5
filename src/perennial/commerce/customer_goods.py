"""What customers have bought and by which channels: lists, recomputed set-based for those touched.

In a table and a turn of their own, after the orders were written: an import of order lines must not wait for it. All
orders that stand count, those of a person for their company as well; returns take nothing out of the lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from perennial.commerce.customer_facts import TOUCHED
from perennial.foundation.sql import execute, fetch

_REFRESH = f"""
WITH {TOUCHED},
bought AS (
    SELECT m.customer_id, o.id, o.channel FROM member m JOIN commerce_order o ON o.customer_id = m.buyer_id
    WHERE o.deleted_at IS NULL AND o.kind = 'order'
),
goods AS (
    SELECT b.customer_id, array_agg(DISTINCT l.product_id ORDER BY l.product_id) AS ids
    FROM bought b JOIN commerce_order_line l ON l.order_id = b.id
    WHERE l.kind = 'goods' AND l.product_id IS NOT NULL GROUP BY b.customer_id
),
ways AS (
    SELECT customer_id, array_agg(DISTINCT channel ORDER BY channel) AS names FROM bought WHERE channel <> ''
    GROUP BY customer_id
)
INSERT INTO commerce_customer_goods AS old (customer_id, product_ids, channels)
SELECT c.id, coalesce(g.ids, '{{}}'), coalesce(w.names, '{{}}')
FROM touched t JOIN customers_customer c ON c.id = t.id
LEFT JOIN goods g ON g.customer_id = t.id LEFT JOIN ways w ON w.customer_id = t.id
WHERE g.customer_id IS NOT NULL OR w.customer_id IS NOT NULL
    OR EXISTS (SELECT FROM commerce_customer_goods o WHERE o.customer_id = t.id)
ORDER BY c.id
ON CONFLICT (customer_id) DO UPDATE SET product_ids = excluded.product_ids, channels = excluded.channels
WHERE (old.product_ids, old.channels) IS DISTINCT FROM (excluded.product_ids, excluded.channels)
"""


def refresh_goods(customer_ids: Iterable[int]) -> int:
    """Recompute the lists of these customers and of their companies; how many changed."""
    ids = sorted(set(customer_ids))
    return execute(_REFRESH, {"ids": ids}) if ids else 0


def refresh_all_goods(*, batch: int = 20_000) -> int:
    """Of everybody who ever ordered, in batches. Part of a rebuild."""
    execute("DELETE FROM commerce_customer_goods")
    done, after = 0, 0
    while ids := [row[0] for row in fetch(
        "SELECT DISTINCT customer_id FROM commerce_order WHERE customer_id > %s ORDER BY customer_id LIMIT %s",
        [after, batch])]:  # fmt: skip
        done += refresh_goods(ids)
        after = ids[-1]
    return done


def buyers_of_orders(order_ids: Iterable[int]) -> list[int]:
    return [customer for (customer,) in fetch(
        "SELECT DISTINCT customer_id FROM commerce_order WHERE id = ANY(%s::bigint[]) AND customer_id IS NOT NULL",
        [sorted(set(order_ids))])]  # fmt: skip
