"""Orders follow a customer who is merged into another, and the facts of both follow the orders."""

from __future__ import annotations

from collections.abc import Sequence

from perennial.commerce.customer_facts import refresh_facts
from perennial.commerce.customer_goods import refresh_goods
from perennial.customers.merging import Merging, register_merging


def refresh_merged(customer_ids: Sequence[int]) -> None:
    refresh_facts(customer_ids)
    refresh_goods(customer_ids)


register_merging(Merging("commerce_order", "customer_id", object_key="commerce.order", then=refresh_merged))
