"""What follows the calendar."""

from __future__ import annotations

from django.db import transaction

from perennial.commerce.customer_facts import refresh_due_facts
from perennial.foundation.jobs import loop


@loop("commerce.refresh_facts", every=60)
def refresh_facts_due() -> int:
    """What was spent in twelve months shrinks by itself when an order grows older than that."""
    with transaction.atomic():
        return refresh_due_facts()
