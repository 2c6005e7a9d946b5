"""The timeline of a customer: what happened, latest first, in sentences of the reader's language.

Events are read per profile through the index on (profile_id, occurred_at, id) and merged, so a page costs the same
whatever the history; a company shows what its people did as well. Whoever may see the customer sees its timeline, but
not entries about kinds of records that they may not see, nor what was done by people whom they may not see.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from perennial.conditions.tree import Compare, Op
from perennial.customers.objects import CUSTOMER, PERSON
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.money import Money
from perennial.foundation.sql import fetch
from perennial.objects.query import get, select
from perennial.objects.types import object_types
from perennial.timeline.types import EventType, Property, Tone, event_types
from perennial.web.kit.reader import Reader, reader_of
from perennial.workspace.actor import Actor
from perennial.workspace.models import User
from perennial.workspace.rights import Reach

OTHER = "other"  # the team of events that no room declares: what websites and apps sent
PEOPLE = 500  # of a company, at most so many are read


class Who(NamedTuple):
    """A person of the company whose timeline it is."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry. `sentence` and `label` are finished text, not HTML."""

    id: UUID
    at: datetime
    type: str
    label: str
    sentence: str
    icon: str
    tone: Tone
    team: str
    channel: str
    source: str
    by: str  # the name of the user who did it; "" when a customer, a program or nobody did
    is_derived: bool
    properties: Mapping[str, Any]
    subject: tuple[str, int] | None
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Happenings:
    """`next` is the cursor of the page after this one; None on the last."""

    entries: list[Happened]
    next: str | None = None


def timeline(
    customer_id: int,
    *,
    by: Actor,
    before: str | None = None,
    types: Collection[str] = (),
    team: str = "",
    channel: str = "",
    limit: int = 50,
) -> Happenings:
    """A page of the customer's timeline. Raises `NotFound` when the customer is not the actor's to see.

    Four statements at most: the customer, a company's people, the events, the names of the users who did them.
    """
    limit = max(1, min(limit, 200))
    customer = get(CUSTOMER, customer_id, by=by, columns=["kind"])
    people: dict[int, str] = {}
    if customer.values["kind"] == "company":
        theirs = Compare("company", Op.EQ, customer_id)
        people = {row.id: row.title for row in select(PERSON, by=by, where=theirs, columns=(), limit=PEOPLE).rows}
    rows = _read([customer_id, *people], by=by, before=before, types=types, team=team, channel=channel, limit=limit + 1)
    users = _users({row.actor for row in rows})
    with override(by.language):
        reader = reader_of(by)
        entries = [_told(row, reader, users, people) for row in rows[:limit]]
    return Happenings(entries, _seal(rows[limit - 1]) if len(rows) > limit else None)


def types_seen(by: Actor) -> dict[str, list[EventType]]:
    """The declared types that this actor's timelines can show, by team: for the filters."""
    hidden = _hidden(by)
    seen: dict[str, list[EventType]] = defaultdict(list)
    for each in event_types.values():
        if each.key not in hidden:
            seen[each.team].append(each)
    return dict(seen)


class _Event(NamedTuple):
    id: UUID
    at: datetime
    type: str
    channel: str
    source: str
    actor: str
    kind: str
    properties: dict[str, Any]
    subject_kind: str | None
    subject_id: int | None
    customer_id: int


def _read(
    customer_ids: Sequence[int],
    *,
    by: Actor,
    before: str | None,
    types: Collection[str],
    team: str,
    channel: str,
    limit: int,
) -> list[_Event]:
    # A day ahead covers the skew that intake allows; partitions beyond it are never looked at.
    at, id = _unseal(before) if before else (clock.now() + timedelta(days=2), UUID(int=2**128 - 1))
    tests, params = ["e.profile_id = p.id", "e.occurred_at <= %s", "(e.occurred_at, e.id) < (%s, %s)"], [at, at, id]
    declared = [each.key for each in event_types.values() if each.team == team]
    for is_asked, test, value in (
        (bool(types), "e.type = ANY(%s)", list(types)),
        (bool(team) and team != OTHER, "e.type = ANY(%s)", declared),
        (team == OTHER, "NOT e.type = ANY(%s)", list(event_types)),
        (bool(channel), "e.channel = %s", channel),
        (bool(hidden := _hidden(by)), "NOT e.type = ANY(%s)", hidden),
    ):
        if is_asked:
            tests.append(test)
            params.append(value)
    rows = fetch(
        "SELECT l.* FROM customers_profile p CROSS JOIN LATERAL ("
        "SELECT e.id, e.occurred_at, e.type, e.channel, e.source, e.actor, e.class::text, e.properties, e.subject_kind,"
        f" e.subject_id, p.customer_id FROM timeline_event e WHERE {' AND '.join(tests)}"
        " ORDER BY e.occurred_at DESC, e.id DESC LIMIT %s) l"
        " WHERE p.customer_id = ANY(%s) ORDER BY l.occurred_at DESC, l.id DESC LIMIT %s",
        [*params, limit, list(customer_ids), limit],
    )
    return [_event(row) for row in rows]


def _event(row: Sequence[Any]) -> _Event:
    """JSON arrives as text."""
    id, at, type, channel, source, actor, kind, properties, *rest = row
    return _Event(id, at, type, channel, source, actor, kind, json.loads(properties), *rest)


def _hidden(by: Actor) -> list[str]:
    """Types of event about kinds of records that this actor may not see at all."""
    return [
        each.key
        for each in event_types.values()
        if each.subject in object_types and by.reach(each.subject, "view") is Reach.NONE
    ]


def _told(event: _Event, reader: Reader, users: Mapping[str, str], people: Mapping[int, str]) -> Happened:
    type = event_types.get(event.type)
    who = Who(event.customer_id, people[event.customer_id]) if event.customer_id in people else None
    subject = (event.subject_kind, event.subject_id) if event.subject_kind and event.subject_id else None
    return Happened(
        event.id,
        event.at,
        event.type,
        str(type.label) if type else _undeclared(event),
        say(type, event.properties, reader) if type else _undeclared(event),
        type.icon if type else "activity",
        type.tone if type else "neutral",
        type.team if type else OTHER,
        event.channel,
        event.source,
        users.get(event.actor, ""),
        event.kind == "d",
        event.properties,
        subject,
        who,
    )


def say(type: EventType, properties: Mapping[str, Any], reader: Reader) -> str:
    """The type's sentence about these properties, in the language that is active. What is missing is left out."""
    known = {each.key: each for each in type.properties}
    said = {
        key: _value(known.get(key, Property(key)), value, reader)
        for key, value in properties.items()
        if value is not None
    }
    return str(type.sentence).format_map(defaultdict(str, said)).strip(" .:,") or str(type.label)


def _value(property: Property, value: Any, reader: Reader) -> str:
    if property.choices:
        return str(dict(property.choices).get(str(value), value))
    match property.kind:
        case "money" if isinstance(value, Mapping):
            return reader.money(
                Money(Decimal(str(value.get("amount", 0))), str(value.get("currency", reader.currency)))
            )
        case "whole" | "number" if isinstance(value, int | float):
            return reader.number(value)
        case "flag":
            return _("yes") if value else _("no")
        case "moment" if (moment := _moment(value)) is not None:
            return reader.moment(moment)
        case "day" if (moment := _moment(value)) is not None:
            return reader.day(moment.date())
    return str(value)


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _undeclared(event: _Event) -> str:
    """What a website or an app called it, written as words: "Product Viewed", "product_viewed"."""
    named = event.properties.get("$name") or event.properties.get("event")  # the intake writes the first
    return str(named or event.type.rpartition(".")[2].replace("_", " ").capitalize())


def _users(actors: Collection[str]) -> dict[str, str]:
    ids = [int(actor[5:]) for actor in actors if actor.startswith("user:") and actor[5:].isdigit()]
    if not ids:
        return {}
    return {f"user:{id}": name for id, name in User.objects.filter(pk__in=ids).values_list("id", "name")}


def _seal(event: _Event) -> str:
    return base64.urlsafe_b64encode(f"{event.at.isoformat()} {event.id}".encode()).decode().rstrip("=")


def _unseal(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, _space, id = base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor) % 4)).decode().partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError
        return moment, UUID(id)
    except (ValueError, binascii.Error):
        raise Invalid({"before": _("This is not a place in a timeline. Start again from its top.")}) from None
