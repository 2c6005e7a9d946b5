"""How the events of a customer are found: through the profiles that are theirs."""

from __future__ import annotations

from perennial.conditions.resolver import EventSource, Sql
from perennial.objects.columns import event_property


def of_customer(alias: str) -> EventSource:
    return _through_profiles(f"p.customer_id = {alias}.id")


def of_company(alias: str) -> EventSource:
    """What its people do counts for the company too."""
    return _through_profiles(
        f"(p.customer_id = {alias}.id OR p.customer_id IN (SELECT c.id FROM customers_customer c"
        f" WHERE c.company_id = {alias}.id AND c.deleted_at IS NULL))"
    )


def _through_profiles(matches: str) -> EventSource:
    return EventSource(
        relation=Sql("customers_profile p JOIN timeline_event e ON e.profile_id = p.id"),
        matches=Sql(matches),
        property=event_property,
    )
