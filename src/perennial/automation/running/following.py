"""Reading both logs as they grow: what starts automations, what somebody waits for, and what becomes of the records.

A turn reads a part of each log once for all automations, finds in an index which of them it can concern, and resolves
the records that it touches a kind at a time. It excludes those who just begin to wait (`WAITING_LOCK`), so that an
event is either older than a wait, or finds it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from perennial.automation.definition.events import matches, types_of
from perennial.automation.definition.listening import Listens
from perennial.automation.definition.triggers import trigger_kinds
from perennial.automation.models import Automation
from perennial.automation.running.advancing import WAITING_LOCK
from perennial.automation.running.effects import depths
from perennial.automation.running.entering import Arrival, enter_live
from perennial.automation.running.fates import follow_fates
from perennial.automation.running.live import Live, live_automations
from perennial.automation.running.meeting import meet
from perennial.automation.running.touching import Changed, Event, Happening, is_of, read_properties, touched
from perennial.conditions import TRUE
from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.foundation.sql import execute
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType
from perennial.objects.zones import firm_zone
from perennial.timeline.consumers import Batch, advance, next_batch

CONSUMER = "automation"
ROWS = 5_000  # of each log in one turn
STOPPED_AGAIN = 60.0  # seconds
OLDEST = timedelta(days=2)  # what took effect before that is history that somebody brings in, and starts nothing
_EVENT = "l.id, l.occurred_at, l.known_at, l.profile_id, l.type, l.subject_kind, l.subject_id, l.cause, l.actor"
_CHANGE = (
    "l.id, l.object_key, l.record_id, l.kind, l.cause, l.actor, l.action,"
    " CASE WHEN l.kind IN ('update', 'merge', 'unmerge') THEN l.\"values\" END"
)


@loop("automation.follow", every=0.25)
def follow(*, rows: int = ROWS) -> int:
    """One turn; how many rows of the logs were read. Without an automation that is published, nothing is read:
    whoever publishes the first begins at the end of the logs."""
    if not Automation.objects.filter(published__isnull=False, retired_at=None).exists():
        _stop_reading()
        return 0
    _Idle.stopped_at = float("-inf")
    lives = live_automations()
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", [WAITING_LOCK])
        events = next_batch(CONSUMER, "timeline_event", _EVENT, limit=rows)
        changes = next_batch(CONSUMER, "timeline_change", _CHANGE, limit=rows)
        if events is None and changes is None:
            return 0
        take_in(
            lives,
            [Event(*row) for row in events.rows] if events else [],
            [Changed(*row) for row in changes.rows] if changes else [],
        )
        _done(events, changes)
    return (len(events.rows) if events else 0) + (len(changes.rows) if changes else 0)


class _Idle:
    stopped_at = float("-inf")  # monotonic seconds; when there was nothing to read for last


def _stop_reading() -> None:
    """So that nobody waits for it to read on; now and then again, if somebody published and retired meanwhile."""
    if time.monotonic() - _Idle.stopped_at > STOPPED_AGAIN:
        execute("DELETE FROM timeline_consumer WHERE name = %s", [CONSUMER])
        _Idle.stopped_at = time.monotonic()


def catch_up() -> int:
    """Follow until nothing is left to read; how many rows were."""
    done = 0
    while turn := follow():
        done += turn
    return done


def take_in(lives: Sequence[Live], events: Sequence[Event], changes: Sequence[Changed]) -> None:
    """What these rows of the logs lead to."""
    now = clock.now()
    follow_fates([(each.object_key, each.record_id, each.kind, each.values) for each in changes], now=now)
    heard = _heard(lives)
    recent = [each for each in events if each.occurred_at > now - OLDEST]
    happenings = [Happening(each) for each in recent]
    meet(happenings, changes, now=now, zone=firm_zone())
    causes = [each.cause for each in recent if each.cause] + [each.cause for each in changes if each.cause]
    depth_of = depths(causes)
    types = {type for _live, listens in heard for type in listens.events}
    concerned = [each for each in happenings if each.event.type in types]
    for live, listens in heard:
        kind = live.kind
        if kind is None:
            continue
        arrivals = _from_events(kind, live, listens, concerned, depth_of, now)
        arrivals += _from_changes(kind, listens, changes, depth_of)
        enter_live(live, arrivals, now=now)


def _heard(lives: Sequence[Live]) -> list[tuple[Live, Listens]]:
    found = ((live, trigger_kinds[live.program.definition.trigger.kind].listens(live.program.definition.trigger))
             for live in lives)  # fmt: skip
    return [(live, listens) for live, listens in found if listens.events or listens.changes]


def _from_events(
    kind: ObjectType,
    live: Live,
    listens: Listens,
    happenings: Sequence[Happening],
    depth_of: Mapping[uuid.UUID, int],
    now: datetime,
) -> list[Arrival]:
    mine = [each for each in happenings if each.event.type in listens.events]
    if not mine:
        return []
    read_properties(mine)
    types = types_of(schema_of(kind).event(mine[0].event.type))
    zone = firm_zone()
    if listens.where != TRUE:
        mine = [each for each in mine if matches(listens.where, each.properties, types, now=now, zone=zone)]
    records = touched(kind, mine)
    return [
        Arrival(
            record_id, str(each.event.id), {"event": each.properties},
            _depth(each.event.cause, each.event.id, depth_of),
        )
        for each, record_id in records
    ]  # fmt: skip


def _from_changes(
    kind: ObjectType, listens: Listens, changes: Iterable[Changed], depth_of: Mapping[uuid.UUID, int]
) -> list[Arrival]:
    if not listens.changes:
        return []
    found: list[Arrival] = []
    for each in changes:
        is_import = each.action == "import"
        if each.kind not in listens.changes or not is_of(kind, each.object_key):
            continue
        if is_import and not listens.takes_imports:
            continue
        event: dict[str, Any] = {}
        if each.kind == "update":
            values = json.loads(each.values or "{}")
            key = next((key for key in values if not listens.fields or key in listens.fields), None)
            if key is None or not isinstance(values[key], list) or len(values[key]) != 2:
                continue
            before, after = values[key]
            if listens.has_value and after != listens.value:
                continue
            event = {"field": key, "before": before, "after": after}
        found.append(Arrival(each.record_id, f"c{each.id}", {"event": event} if event else {},
                             _depth(each.cause, None, depth_of)))  # fmt: skip
    return found


def _depth(cause: uuid.UUID | None, own: uuid.UUID | None, depth_of: Mapping[uuid.UUID, int]) -> int:
    found = [depth_of[each] for each in (cause, own) if each is not None and each in depth_of]
    return max(found) + 1 if found else 0


def _done(events: Batch | None, changes: Batch | None) -> None:
    if events is not None:
        advance(CONSUMER, "timeline_event", events)
    if changes is not None:
        advance(CONSUMER, "timeline_change", changes)
