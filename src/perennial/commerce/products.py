"""Keeping names and prices of products as the latest orders have them, where nobody set them by hand."""

from __future__ import annotations

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.foundation.text import fold, grams, sort_key
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

# The latest line that has a price, and the latest that has a description, of each product in the lines after an id.
_LATEST = """
WITH sold AS (
    SELECT l.product_id, l.description, l.unit_price * o.rate AS price, o.placed_at, l.id
    FROM commerce_order_line l JOIN commerce_order o ON o.id = l.order_id
    WHERE l.id > %s AND o.kind = 'order' AND o.deleted_at IS NULL AND l.unit_price > 0
),
latest AS (
    SELECT DISTINCT ON (product_id) product_id, price, placed_at,
           first_value(nullif(description, '')) OVER (
               PARTITION BY product_id ORDER BY description = '', placed_at DESC, id DESC) AS name
    FROM sold ORDER BY product_id, placed_at DESC, id DESC
)
SELECT p.id, p.sku, p.name, p.price, left(coalesce(l.name, p.name), 200), round(l.price, 4), l.placed_at
FROM latest l JOIN commerce_product p ON p.id = l.product_id
WHERE p.seen_at <= l.placed_at AND p.deleted_at IS NULL ORDER BY p.id
"""


def first_line_of(run_id: int) -> int | None:
    """The first line that an import wrote, or one before it; None when it wrote none."""
    row = fetch_one(
        "SELECT min(l.id) FROM commerce_order_line l WHERE l.order_id = (SELECT record_id FROM timeline_change"
        " WHERE run_id = %s AND object_key = 'commerce.order' ORDER BY id LIMIT 1)",
        [run_id],
    )
    return row[0] if row is not None else None


def tidy_products(after_line: int, *, by: Actor, action: str, run_id: int | None = None) -> int:
    """Give products the name and price of the latest lines among those after `after_line`; how many changed."""
    changes: list[Change] = []
    rows: list[tuple[object, ...]] = []
    for id, sku, old_name, old_price, name, price, seen_at in fetch(_LATEST, [after_line]):
        values = {}
        if name != old_name:
            values["name"] = [old_name, name]
        if price != old_price:
            values["price"] = [str(old_price) if old_price is not None else None, str(price)]
        if values:
            changes.append(Change("commerce.product", id, "update", values))
        folded = fold(f"{name} {sku}")
        rows.append((id, name, price, seen_at, sort_key(name), folded, " ".join(map(str, grams(folded))), bool(values)))
    if not rows:
        return 0
    now = clock.now()
    execute(
        "UPDATE commerce_product p SET name = n.name, price = n.price, seen_at = n.seen_at, sort_key = n.sort_key,"
        " folded = n.folded, grams = CASE WHEN n.changed THEN string_to_array(nullif(n.grams, ''), ' ')::int[]"
        " ELSE p.grams END, version = p.version + n.changed::int,"
        " updated_at = CASE WHEN n.changed THEN %s ELSE p.updated_at END"
        " FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],"
        " %s::boolean[]) AS n (id, name, price, seen_at, sort_key, folded, grams, changed) WHERE p.id = n.id",
        [now, *map(list, zip(*rows, strict=True))],
    )
    log_changes(changes, actor=by.log_name, action=action, run_id=run_id)
    return len(changes)
