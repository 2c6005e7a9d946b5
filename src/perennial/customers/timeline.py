"""The timeline of a customer: what happened, latest first, in sentences of the reader's language.

Events are read per profile through the index on (profile_id, occurred_at, id) and merged, so a page costs the same
whatever the history; a company shows what its people did as well. Whoever may see the customer sees its timeline, but
not entries about kinds of records that they may not see, nor what was done by people whom they may not see.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from perennial.customers.reading import OTHER, Asked, Event, hidden_types, read
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.money import Money
from perennial.timeline.types import EventType, Property, Tone, event_types
from perennial.web.kit.reader import Reader, reader_of
from perennial.workspace.actor import Actor


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
    in_place_of: str = ""  # for whom the user stood in


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

    One statement, whatever the customer.
    """
    limit = max(1, min(limit, 200))
    # Two days ahead cover the skew that intake allows; parts of the log beyond are never looked at.
    at, id = _unseal(before) if before else (clock.now() + timedelta(days=2), UUID(int=2**128 - 1))
    events = read(customer_id, Asked(at, id, types, team, channel, limit + 1), by=by)
    with override(by.language):
        reader = reader_of(by)
        entries = [_told(event, reader) for event in events[:limit]]
    return Happenings(entries, _seal(events[limit - 1]) if len(events) > limit else None)


def types_seen(by: Actor) -> dict[str, list[EventType]]:
    """The declared types that this actor's timelines can show, by team: for the filters."""
    hidden = hidden_types(by)
    seen: dict[str, list[EventType]] = defaultdict(list)
    for each in event_types.values():
        if each.key not in hidden:
            seen[each.team].append(each)
    return dict(seen)


def _told(event: Event, reader: Reader) -> Happened:
    type = event_types.get(event.type)
    who = Who(event.customer_id, event.person) if event.person is not None else None
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
        event.user,
        event.kind == "d",
        event.properties,
        subject,
        who,
        event.in_place_of,
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


def _undeclared(event: Event) -> str:
    """What a website or an app called it, written as words: "Product Viewed", "product_viewed"."""
    named = event.properties.get("$name") or event.properties.get("event")  # the intake writes the first
    return str(named or event.type.rpartition(".")[2].replace("_", " ").capitalize())


def _seal(event: Event) -> str:
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
