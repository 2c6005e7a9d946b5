"""What creating and changing a record of this room entails, in the same transaction: profiles, identities, events."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from perennial.customers import events, identities
from perennial.customers.models import Customer
from perennial.foundation.sql import fetch
from perennial.objects.fields import Link
from perennial.objects.types import Written
from perennial.timeline.record import NewEvent, record
from perennial.timeline.types import EventType
from perennial.workspace.actor import Actor
from perennial.workspace.models import User

EXCERPT = 280  # characters of a note that its event repeats


def person_created(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    _created(records, events.PERSON_CREATED, by=by, cause=cause)


def company_created(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    _created(records, events.COMPANY_CREATED, by=by, cause=cause)


def person_updated(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    _updated(records, Customer.Kind.PERSON, by=by, cause=cause)


def company_updated(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    _updated(records, Customer.Kind.COMPANY, by=by, cause=cause)


def customer_restored(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    """What somebody else has taken meanwhile stays with them."""
    rows = fetch(
        "SELECT p.id, c.kind, c.email, c.external_id FROM customers_customer c"
        " JOIN customers_profile p ON p.made_for_id = c.id WHERE c.id = ANY(%s)",
        [[each.id for each in records]],
    )
    identities.claim(
        (key, profile_id)
        for profile_id, kind, email, external_id in rows
        for key in keys_of(kind, {"email": email, "external_id": external_id})
    )


def tasks_created(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    tell(
        events.TASK_CREATED,
        [
            (
                each,
                {
                    "title": each.values["title"],
                    "due_at": _iso(each.values.get("due_at")),
                    "priority": each.values.get("priority"),
                },
                None,
            )
            for each in records
        ],
        by=by,
        cause=cause,
    )


def notes_created(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    told = [(each, {"text": excerpt(each.values["text"])}, None) for each in records]
    tell(events.NOTE_ADDED, told, by=by, cause=cause)


def calls_created(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    tell(
        events.CALL_LOGGED,
        [
            (
                each,
                {
                    "direction": each.values.get("direction"),
                    "outcome": each.values.get("outcome"),
                    "summary": excerpt(each.values.get("summary") or ""),
                },
                each.values.get("at"),
            )
            for each in records
        ],
        by=by,
        cause=cause,
        channel="phone",
    )


def tell(
    type: EventType,
    told: Sequence[tuple[Written, Mapping[str, Any], datetime | None]],
    *,
    by: Actor,
    cause: uuid.UUID,
    channel: str = "",
) -> None:
    """Record an event of each (record, properties, moment) on the timeline of the customer that the record names."""
    customers = {each.id: _id(each.values.get("customer")) for each, _, _ in told}
    profiles = identities.record_profiles([id for id in customers.values() if id is not None])
    record(
        [
            NewEvent(
                type.key,
                profiles[customer_id],
                properties,
                occurred_at=at,
                actor=by.log_name,
                channel=channel,
                subject_kind=type.subject,
                subject_id=each.id,
                cause=cause,
            )
            for each, properties, at in told
            if (customer_id := customers[each.id]) in profiles
        ]
    )


def excerpt(text: str) -> str:
    """The first words of a text, for a sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[: EXCERPT - 1].rstrip() + "…"


def _created(records: Sequence[Written], type: EventType, *, by: Actor, cause: uuid.UUID) -> None:
    kind = str(type.subject).rpartition(".")[2]
    profiles = identities.make_record_profiles([each.id for each in records])
    identities.claim(
        ((key, profiles[each.id]) for each in records for key in keys_of(kind, each.values)), from_deleted=True
    )
    record(
        [
            NewEvent(
                type.key,
                profiles[each.id],
                occurred_at=each.values.get("created_at"),  # imported history says when it was
                is_history=each.values.get("created_at") is not None,
                actor=by.log_name,
                subject_kind=type.subject,
                subject_id=each.id,
                cause=cause,
            )
            for each in records
        ]
    )


def _updated(records: Sequence[Written], kind: str, *, by: Actor, cause: uuid.UUID) -> None:
    profiles = identities.record_profiles([each.id for each in records])
    renamed = [each for each in records if {"email", "external_id"} & each.old.keys()]
    identities.release((key, each.id) for each in renamed for key in keys_of(kind, each.old))
    changed = ((each, {key: each.values.get(key) for key in each.old}) for each in renamed)
    identities.claim(
        ((key, profiles[each.id]) for each, new in changed for key in keys_of(kind, new)), from_deleted=True
    )
    owners = {each.id: _id(each.values.get("owner")) for each in records if "owner" in each.old}
    names = dict(User.objects.filter(pk__in=[id for id in owners.values() if id]).values_list("id", "name"))
    told: list[NewEvent] = []
    for each in records:
        if each.id in owners:
            owner = owners[each.id]
            type = events.OWNER_CHANGED if owner else events.OWNER_REMOVED
            said = {"owner": names.get(owner, "")} if owner else {}
            told.append(NewEvent(type.key, profiles[each.id], said, actor=by.log_name, cause=cause))
        if each.values.get("qualification") and "qualification" in each.old:
            said = {"qualification": str(each.values["qualification"])}
            told.append(NewEvent(events.QUALIFIED.key, profiles[each.id], said, actor=by.log_name, cause=cause))
    record(told)


def keys_of(kind: str, values: Mapping[str, Any]) -> Iterable[identities.Key]:
    if values.get("email"):
        yield identities.email(str(values["email"]))
    if values.get("external_id"):
        yield identities.external(kind, str(values["external_id"]))


def _id(value: Any) -> int | None:
    """A reference as slots receive it: an id, or a link that carries one."""
    return value.id if isinstance(value, Link) else value


def _iso(value: Any) -> str | None:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
