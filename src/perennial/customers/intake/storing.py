"""Storing a group of events in one transaction: all of them, with whom they are about, or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from perennial.customers.intake import quarantine, received
from perennial.customers.intake.calls import Call
from perennial.customers.intake.people import People
from perennial.customers.intake.reasons import Refusal
from perennial.foundation import clock
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute
from perennial.timeline.encoded import EncodedEvent, record_encoded
from perennial.timeline.partitions import prepare_for

_LOCK = 7_201_502  # advisory lock: fronts on several machines take turns, so that a device is joined once


@dataclass(slots=True)
class Item:
    """One event of a request: checked, or refused. `event_id` also tells a call without a message id from others."""

    key_id: int
    raw: bytes
    call: Call | None = None
    refusal: Refusal | None = None
    is_duplicate: bool = False
    event_id: uuid.UUID | None = None


def store(items: Sequence[Item], *, months: set[tuple[int, int]]) -> None:
    """Store what is good and new, keep what is refused. `months` are those whose part of the log was seen to exist."""
    moments = [item.call.occurred_at for item in items if item.call is not None]
    _prepare(moments, months)
    with transaction.atomic():
        good = [(item, item.call) for item in items if item.call is not None]
        if good:
            execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            _store_new(_without_duplicates(good))
        refused = [(item.key_id, item.refusal, item.raw) for item in items if item.refusal is not None]
        if refused:
            quarantine.keep(refused, received_at=clock.real_now())


def _prepare(moments: Sequence[datetime], months: set[tuple[int, int]]) -> None:
    """Month by month, each in a transaction of its own that locks nobody out: a hostile date makes one part only."""
    for moment in moments:
        month = (moment.year, moment.month)
        if month not in months:
            prepare_for(moment, moment)
            months.add(month)


def _without_duplicates(good: Sequence[tuple[Item, Call]]) -> list[tuple[Item, Call, uuid.UUID]]:
    ids: list[str] = []
    for item, call in good:
        if item.event_id is None:
            item.event_id = uuid7()
        ids.append(call.received_id or item.event_id.hex)
    known = received.seen_before(ids)
    new: list[tuple[Item, Call, uuid.UUID]] = []
    fresh: list[str] = []
    for (item, call), id in zip(good, ids, strict=True):
        item.is_duplicate = id in known
        if not item.is_duplicate and item.event_id is not None:
            known.add(id)
            fresh.append(id)
            new.append((item, call, item.event_id))
    received.remember(fresh)
    return new


def _store_new(new: Sequence[tuple[Item, Call, uuid.UUID]]) -> None:
    if not new:
        return
    calls = [call for _, call, _ in new]
    people = People(calls)
    placed = [people.place(call, event_id) for _, call, event_id in new]
    people.write()
    now = clock.now()
    record_encoded(
        EncodedEvent(
            event_id.bytes, call.occurred_at, call.occurred_at if call.sender.is_history else now,
            call.client_timestamp, profile, call.type, call.sender.source, call.channel, f"key:{call.sender.key_id}",
            call.properties, "customers.company" if company else None, company.id if company else None,
        )
        for (_, call, event_id), (profile, company) in zip(new, placed, strict=True)
    )  # fmt: skip
