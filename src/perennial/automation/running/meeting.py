"""Those who wait, and what they wait for: an event wakes whoever waits for it; what touches a record wakes whoever
waits for a rule about it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, tzinfo

from perennial.automation.definition.events import matches, types_of
from perennial.automation.running.live import awaited_by
from perennial.automation.running.touching import Changed, Happening, is_of, read_properties, touched
from perennial.foundation.sql import execute, fetch
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types

_WAITING = """
SELECT r.id, r.record_id, r.awaits, r.version_id, r.step, r.since FROM automation_run r
WHERE r.record_id = ANY(%s::bigint[]) AND r.awaits = ANY(%s::text[]) AND r.state = 'moving'
AND r.automation_id = ANY(%s::bigint[]) ORDER BY r.id FOR UPDATE
"""
_MET = """
UPDATE automation_run r SET phase = 'met', awaits = '', due_at = %s,
    context = r.context || jsonb_build_object('met', u.event::jsonb)
FROM unnest(%s::bigint[], %s::text[]) u(id, event) WHERE r.id = u.id
"""
_WOKEN = """
UPDATE automation_run SET due_at = %s WHERE record_id = ANY(%s::bigint[]) AND awaits = 'rule' AND state = 'moving'
AND automation_id = ANY(%s::bigint[])
"""


class _Waiters:
    """The automations of one kind in which somebody may wait: for which event types, and whether for rules."""

    def __init__(self) -> None:
        self.by_event: dict[str, set[int]] = defaultdict(set)
        self.for_rules: set[int] = set()


def meet(happenings: Sequence[Happening], changes: Sequence[Changed], *, now: datetime, zone: tzinfo) -> None:
    """Wake those whose event has come, and those who may match by now."""
    for object_key, waiters in _waiters().items():
        kind = object_types.get(object_key)
        if kind is None:
            continue
        awaited = [each for each in happenings if each.event.type in waiters.by_event]
        if awaited:
            _meet_events(kind, awaited, waiters, now, zone)
        if waiters.for_rules:
            ids = {record_id for _each, record_id in touched(kind, happenings)}
            ids |= {each.record_id for each in changes if is_of(kind, each.object_key)}
            if ids:
                execute(_WOKEN, [now, list(ids), list(waiters.for_rules)])


def _waiters() -> dict[str, _Waiters]:
    found: dict[str, _Waiters] = defaultdict(_Waiters)
    for version_id, automation_id, object_key in fetch(
        "SELECT v.id, a.id, a.object_key FROM automation_version v"
        " JOIN automation_automation a ON a.id = v.automation_id"
        " WHERE a.published_id IS NOT NULL AND a.retired_at IS NULL"
    ):
        awaited = awaited_by(version_id)
        for step in awaited.events.values():
            found[object_key].by_event[step.event].add(automation_id)
        if awaited.has_rule:
            found[object_key].for_rules.add(automation_id)
    return found


def _meet_events(
    kind: ObjectType, happenings: Sequence[Happening], waiters: _Waiters, now: datetime, zone: tzinfo
) -> None:
    """The first that fits, of those that came after the wait began."""
    by_record: dict[int, list[Happening]] = defaultdict(list)
    for each, record_id in touched(kind, happenings):
        by_record[record_id].append(each)
    types = {each.event.type for each in happenings}
    automations = {id for type in types for id in waiters.by_event[type]}
    waiting = fetch(_WAITING, [list(by_record), [f"event:{type}"[:200] for type in types], list(automations)])
    if not waiting:
        return
    read_properties(happenings)
    met: dict[int, str] = {}
    for run_id, record_id, awaits, version_id, step_key, since in waiting:
        step = awaited_by(version_id).events.get(step_key)
        if step is None:
            continue
        for each in by_record[record_id]:
            is_it = f"event:{each.event.type}"[:200] == awaits and each.event.known_at >= since
            known = types_of(schema_of(kind).event(each.event.type))
            if is_it and matches(step.where, each.properties, known, now=now, zone=zone):
                met[run_id] = json.dumps(each.properties)
                break
    if met:
        execute(_MET, [now, list(met), list(met.values())])
