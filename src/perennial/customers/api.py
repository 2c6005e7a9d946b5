"""Events in the API: what happened, latest first, of one customer or of all that the key may see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from perennial.customers.objects import CUSTOMER
from perennial.customers.reading import hidden_types
from perennial.foundation import clock
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.foundation.text import whole_number
from perennial.objects.access import widest_reach
from perennial.objects.cursors import Position, seal, unseal
from perennial.objects.event_limits import limits_of_events
from perennial.objects.field_rights import hidden_properties
from perennial.objects.fields.ref import LARGEST_ID
from perennial.objects.query import allowed_ids, get
from perennial.rest.contract import Endpoint, Parameter, declare_endpoint
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

LONGEST_TYPE = 200

_COLUMNS = (
    "e.id, e.occurred_at, e.known_at, e.type, e.source, e.channel, e.actor, p.customer_id, e.subject_kind,"
    " e.subject_id, e.properties, e.class::text = 'd'"
)
_BY_TIME, _BY_STORING = "events.by_time", "events.by_storing"
_LATEST = str(LARGEST_ID)
_LAST_ID = UUID(int=2**128 - 1)


def list_events(by: Actor, asked: Mapping[str, str]) -> tuple[list[dict[str, Any]], str | None]:
    """A page of events. Of one customer they come by when they happened, of all by when they were stored."""
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        raise NotFound
    limit = _whole(asked, "limit", most=200) or 50
    if "customer" in asked:
        return _of_customer(_whole(asked, "customer", most=LARGEST_ID), by, asked, limit)
    return _of_all(by, asked, limit)


def _of_customer(
    customer_id: int, by: Actor, asked: Mapping[str, str], limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    get(CUSTOMER, customer_id, by=by, columns=())
    # Two days ahead cover the skew that intake allows.
    at, id = _cursor(asked, _BY_TIME, (clock.now() + timedelta(days=2)).isoformat())
    limits, values = _limits(by)
    rows = fetch(
        f"SELECT x.* FROM customers_profile p CROSS JOIN LATERAL (SELECT {_COLUMNS}, e.occurred_at::text AS at_text"
        " FROM timeline_event e WHERE e.profile_id = p.id AND e.occurred_at <= %s::timestamptz"
        " AND (e.occurred_at, e.id) < (%s::timestamptz, %s) AND (%s = '' OR e.type = %s) AND NOT e.type = ANY(%s)"
        f"{limits} ORDER BY e.occurred_at DESC, e.id DESC LIMIT %s) x WHERE p.customer_id = %s"
        " ORDER BY x.occurred_at DESC, x.id DESC LIMIT %s",
        [at, at, id, _type(asked), _type(asked), hidden_types(by), *values, limit + 1, customer_id, limit + 1],
    )
    return _page(rows, limit, by, order=_BY_TIME)


def _of_all(by: Actor, asked: Mapping[str, str], limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """In the order of storing, which an index has; those about customers that are not the key's to see are left out."""
    xid, id = _cursor(asked, _BY_STORING, _LATEST)
    limits, values = _limits(by)
    rows = fetch(
        f"SELECT {_COLUMNS}, e.xid::text FROM timeline_event e LEFT JOIN customers_profile p ON p.id = e.profile_id"
        " WHERE (e.xid, e.id) < (%s::xid8, %s) AND (%s = '' OR e.type = %s) AND NOT e.type = ANY(%s)"
        f"{limits} ORDER BY e.xid DESC, e.id DESC LIMIT %s",
        [xid, id, _type(asked), _type(asked), hidden_types(by), *values, limit + 1],
    )
    data, following = _page(rows, limit, by, order=_BY_STORING)
    visible = allowed_ids(CUSTOMER, [each["customer"] for each in data if each["customer"]], by=by, verb="view")
    sees_all = widest_reach(CUSTOMER, by=by, verb="view") is Reach.ALL
    return [each for each in data if each["customer"] in visible or (each["customer"] is None and sees_all)], following


def _limits(by: Actor) -> tuple[str, list[object]]:
    tests = list(limits_of_events(by))
    return "".join(f" AND {each.text}" for each in tests), [param for each in tests for param in each.params]


def _page(
    rows: Sequence[tuple[Any, ...]], limit: int, by: Actor, *, order: str
) -> tuple[list[dict[str, Any]], str | None]:
    data = [
        {
            "id": str(id),
            "occurred_at": occurred_at.isoformat(),
            "known_at": known_at.isoformat(),
            "type": type,
            "source": source,
            "channel": channel,
            "actor": actor,
            "customer": customer_id,
            "subject": None if subject_id is None else {"kind": subject_kind, "id": subject_id},
            "properties": _readable(type, json.loads(properties), by),
            "derived": is_derived,
        }
        for id, occurred_at, known_at, type, source, channel, actor, customer_id, subject_kind, subject_id, properties,
        is_derived, _sort in rows[:limit]
    ]  # fmt: skip
    last = rows[limit - 1] if len(rows) > limit else None
    return data, None if last is None else seal(Position(order, [str(last[-1]), str(last[0])], 0))


def _readable(type: str, properties: dict[str, Any], by: Actor) -> dict[str, Any]:
    gone = hidden_properties(type, by)
    return {key: value for key, value in properties.items() if key not in gone} if gone else properties


def _cursor(asked: Mapping[str, str], order: str, start: str) -> tuple[str, UUID]:
    """Where the page before ended: the value that it is ordered by, and the event."""
    if "cursor" not in asked:
        return start, _LAST_ID
    value, id = unseal(asked["cursor"], sort=order).values
    return value or start, UUID(id)


def _type(asked: Mapping[str, str]) -> str:
    text = asked.get("type", "")
    if len(text) > LONGEST_TYPE or "\x00" in text:
        raise Invalid({"type": _("There is no such type of event.")})
    return text


def _whole(asked: Mapping[str, str], name: str, *, most: int) -> int:
    text = asked.get(name)
    if text is None:
        return 0
    number = whole_number(text, longest=19)
    if number is None or not 1 <= number <= most:
        raise Invalid({name: _("Give a whole number from 1 to %(most)s.") % {"most": most}})
    return number


_MOMENT = {"type": "string", "format": "date-time"}
_ITEM = {
    "type": "object",
    "required": ["id", "occurred_at", "known_at", "type", "customer", "properties", "derived"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "occurred_at": {**_MOMENT, "description": "When it took effect."},
        "known_at": {**_MOMENT, "description": "When it became known here."},
        "type": {"type": "string"},
        "source": {"type": "string"},
        "channel": {"type": "string"},
        "actor": {"type": "string"},
        "customer": {"type": ["integer", "null"], "description": "Null while nobody knows who it was."},
        "subject": {"type": ["object", "null"]},
        "properties": {"type": "object"},
        "derived": {"type": "boolean", "description": "Concluded by Perennial, not observed."},
    },
}

declare_endpoint(
    Endpoint(
        path="events",
        summary="List events, latest first",
        respond=list_events,
        item=_ITEM,
        parameters=(
            Parameter("customer", "Only this customer's.", {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}),
            Parameter("type", "Only events of this type.", {"type": "string", "maxLength": LONGEST_TYPE}),
            Parameter("limit", "How many at the most.", {"type": "integer", "minimum": 1, "maximum": 200}),
            Parameter("cursor", "The `next` of the page before.", {"type": "string"}),
        ),
    )
)
