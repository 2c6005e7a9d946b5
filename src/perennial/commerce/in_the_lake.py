"""What the lake keeps of this room beside its records: the lines of the orders."""

from __future__ import annotations

from perennial.lake.registry import register_table

register_table(
    "order_line", "commerce_order_line",
    ("id", "order_id", "product_id", "position", "kind", "description", "quantity", "unit_price", "amount"),
)  # fmt: skip
