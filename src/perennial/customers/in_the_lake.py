"""What the lake keeps of this room beside its records: which profile is whose, so that events find their customer."""

from __future__ import annotations

from typing import Any

from perennial.lake.registry import register_events, register_table

register_table("profile", "customers_profile", ("id", "kind", "customer_id", "created_at"), xid_column="xid")
register_table("consent", "customers_consent", ("id", "customer_id", "purpose", "channel", "state", "at"))


def of_people(lake: Any, events: Any) -> Any:
    """As `event_sources.of_person` finds them in the database."""
    return _through(events, _whose(lake))


def of_customers(lake: Any, events: Any) -> Any:
    """As `event_sources.of_customer` does: what its people do counts for a company too."""
    own = _whose(lake)
    people = lake.table("record_customers_customer")
    people = people.filter(people.company_id.notnull() & people.deleted_at.isnull())
    at_work = people.select(person=people.id, company=people.company_id)
    through_people = own.inner_join(at_work, own.record == at_work.person)
    rolled_up = through_people.select(profile=through_people.profile, record=through_people.company)
    return _through(events, own.union(rolled_up, distinct=False))


def _whose(lake: Any) -> Any:
    profiles = lake.table("profile")
    return profiles.filter(profiles.customer_id.notnull()).select(profile=profiles.id, record=profiles.customer_id)


def _through(events: Any, whose: Any) -> Any:
    return events.inner_join(whose, events.profile_id == whose.profile).drop("profile")


for _key, _told in (
    ("customers.person", of_people),
    ("customers.customer", of_customers),
    ("customers.company", of_customers),
):
    register_events(_key, _told)
