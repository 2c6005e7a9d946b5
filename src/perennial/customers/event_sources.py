"""How the events of a customer are found: through the profiles that are theirs, and those of a company's people."""

from __future__ import annotations

from perennial.conditions.resolver import EventSource, Sql
from perennial.objects.columns import event_property


def of_person(alias: str) -> EventSource:
    return EventSource(
        relation=Sql("customers_profile p JOIN timeline_event e ON e.profile_id = p.id"),
        matches=Sql(f"p.customer_id = {alias}.id"),
        property=event_property,
    )


def of_customer(alias: str) -> EventSource:
    """What its people do counts for a company too. Each half of the test has an index; nobody passes it twice."""
    return EventSource(
        relation=Sql(
            "customers_customer w JOIN customers_profile p ON p.customer_id = w.id"
            " JOIN timeline_event e ON e.profile_id = p.id"
        ),
        matches=Sql(f"(w.id = {alias}.id OR (w.company_id = {alias}.id AND w.deleted_at IS NULL))"),
        property=event_property,
    )
