"""Reading a timeline: one statement that asks whether the customer may be seen, and whose events are theirs."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import Compare, Op
from perennial.customers.objects import CUSTOMER, PERSON
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.event_limits import limits_of_events
from perennial.objects.field_rights import hidden_properties
from perennial.objects.statements import selection
from perennial.objects.types import object_types
from perennial.timeline.types import event_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

OTHER = "other"  # the team of events that no room declares: what websites and apps sent
PEOPLE = 500  # of a company, at most so many are read

_PAGE = """
WITH seen AS MATERIALIZED ({seen}),
     who AS MATERIALIZED (SELECT id, NULL::text AS name FROM seen
                          UNION ALL (SELECT p.id, p.name FROM seen, LATERAL ({people}) p LIMIT {most}))
SELECT l.id, l.occurred_at, l.type, l.channel, l.source, coalesce(u.name, ''), l.class, l.properties, l.subject_kind,
       l.subject_id, l.customer_id, l.name, coalesce(f.name, '')
FROM seen LEFT JOIN LATERAL (
    SELECT e.*, who.id AS customer_id, who.name FROM who JOIN customers_profile p ON p.customer_id = who.id
    CROSS JOIN LATERAL (
        SELECT e.id, e.occurred_at, e.type, e.channel, e.source, e.actor, e.class::text, e.properties, e.subject_kind,
               e.subject_id, e.cause
        FROM timeline_event e WHERE e.profile_id = p.id AND {tests}
        ORDER BY e.occurred_at DESC, e.id DESC LIMIT %s
    ) e ORDER BY e.occurred_at DESC, e.id DESC LIMIT %s
) l ON TRUE
LEFT JOIN workspace_user u ON u.id = CASE WHEN l.actor LIKE 'user:%%' THEN substr(l.actor, 6)::bigint END
LEFT JOIN LATERAL (SELECT c.for_user_id FROM timeline_change c WHERE c.cause = l.cause AND l.actor LIKE 'user:%%'
    AND c.for_user_id IS NOT NULL AND ((c.object_key = l.subject_kind AND c.record_id = l.subject_id)
    OR (c.object_key IN ('customers.person', 'customers.company') AND c.record_id = l.customer_id)) LIMIT 1) c ON TRUE
LEFT JOIN workspace_user f ON f.id = c.for_user_id
ORDER BY l.occurred_at DESC, l.id DESC
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: those before a moment and id, of these types, of a team, on a channel; "" and () are all."""

    at: datetime
    id: UUID
    types: Collection[str] = ()
    team: str = ""
    channel: str = ""
    limit: int = 50


class Event(NamedTuple):
    """`person` is whose doing it was, when it was one of the people of the company that was asked for."""

    id: UUID
    at: datetime
    type: str
    channel: str
    source: str
    user: str
    kind: str
    properties: dict[str, Any]
    subject_kind: str | None
    subject_id: int | None
    customer_id: int
    person: str | None
    in_place_of: str = ""  # the user's, who was away


def read(customer_id: int, asked: Asked, *, by: Actor) -> list[Event]:
    """The events, latest first. Raises `NotFound` when the customer is not the actor's to see."""
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        raise NotFound
    seen = selection(CUSTOMER, by=by, verb="view").statement("r.id", also=[Sql("r.id = %s", (customer_id,))])
    theirs = Compare("company", Op.EQ, customer_id)
    people = selection(PERSON, by=by, verb="view", where=theirs).statement("r.id, r.name")
    tests = _tests(asked, by)
    text = _PAGE.format(seen=seen.text, people=people.text, most=PEOPLE, tests=tests.text)
    rows = fetch(text, [*seen.params, *people.params, *tests.params, asked.limit, asked.limit])
    if not rows:
        raise NotFound
    return [without_hidden(_event(row), by) for row in rows if row[0] is not None]


def without_hidden(event: Event, by: Actor) -> Event:
    """The event without the properties that say what the actor may not read."""
    gone = hidden_properties(event.type, by)
    if not gone:
        return event
    return event._replace(properties={key: value for key, value in event.properties.items() if key not in gone})


def hidden_types(by: Actor) -> list[str]:
    """Types of event about kinds of records that this actor may not see at all."""
    return [
        each.key
        for each in event_types.values()
        if (kind := object_types.get(each.subject or "")) and widest_reach(kind, by=by, verb="view") is Reach.NONE
    ]


def _tests(asked: Asked, by: Actor) -> Sql:
    # The row comparison finds the place in the index; the plain one lets the planner leave partitions out.
    tests, params = ["e.occurred_at <= %s", "(e.occurred_at, e.id) < (%s, %s)"], [asked.at, asked.at, asked.id]
    of_team = [each.key for each in event_types.values() if each.team == asked.team]
    hidden = hidden_types(by)
    for is_asked, test, value in (
        (asked.types, "e.type = ANY(%s)", list(asked.types)),
        (asked.team and asked.team != OTHER, "e.type = ANY(%s)", of_team),
        (asked.team == OTHER, "NOT e.type = ANY(%s)", list(event_types)),
        (asked.channel, "e.channel = %s", asked.channel),
        (hidden, "NOT e.type = ANY(%s)", hidden),
    ):
        if is_asked:
            tests.append(test)
            params.append(value)
    limits = list(limits_of_events(by))
    return Sql(
        " AND ".join([*tests, *(each.text for each in limits)]),
        (*params, *(param for each in limits for param in each.params)),
    )


def _event(row: Sequence[Any]) -> Event:
    """JSON arrives as text."""
    id, at, type, channel, source, user, kind, properties, *rest = row
    return Event(id, at, type, channel, source, user, kind, json.loads(properties), *rest)
