"""What follows the calendar, and what follows changes of customers."""

from __future__ import annotations

import json

from django.db import transaction

from perennial.commerce.customer_facts import refresh_due_facts, refresh_facts
from perennial.commerce.customer_goods import buyers_of_orders, refresh_goods
from perennial.foundation.jobs import loop
from perennial.timeline.consumers import advance, next_batch

CONSUMER, GOODS = "commerce.companies", "commerce.goods"
_ROWS = 5_000
_BUYERS = "CASE WHEN object_key = 'commerce.order' THEN coalesce(values->'customer', 'null') END"
_COMPANY = "CASE WHEN object_key = 'customers.person' AND kind = 'update' THEN values->'company' END"


@loop("commerce.refresh_facts", every=60)
def refresh_facts_due() -> int:
    """What was spent in twelve months shrinks by itself when an order grows older than that."""
    with transaction.atomic():
        return refresh_due_facts()


@loop("commerce.follow_companies", every=2)
def follow_companies() -> int:
    """A person who moves to another company takes their orders along."""
    with transaction.atomic():
        batch = next_batch(CONSUMER, "timeline_change", f"record_id, {_COMPANY}", limit=_ROWS)
        if batch is None:
            return 0
        moved = [(record_id, company) for record_id, company in batch.rows if company]
        companies = [id for _person, both in moved for value in both if (id := _id(value)) is not None]
        touched = [*(person for person, _both in moved), *companies]
        refresh_facts(touched)
        refresh_goods(touched)
        advance(CONSUMER, "timeline_change", batch)
        return len(batch.rows)


@loop("commerce.follow_goods", every=2)
def follow_goods() -> int:
    """Orders that came or went change what their buyers have bought."""
    with transaction.atomic():
        batch = next_batch(GOODS, "timeline_change", f"record_id, {_BUYERS}", limit=_ROWS)
        if batch is None:
            return 0
        orders = [record_id for record_id, buyers in batch.rows if buyers is not None]
        named = [json.loads(buyers) for _order, buyers in batch.rows if buyers is not None]
        both = [each for value in named for each in (value if isinstance(value, list) else [value])]
        refresh_goods([*buyers_of_orders(orders), *(id for value in both if (id := _id(value)) is not None)])
        advance(GOODS, "timeline_change", batch)
        return len(batch.rows)


def _id(value: object) -> int | None:
    """A reference as the change log keeps it: an id, or an object with one."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, int) else None
