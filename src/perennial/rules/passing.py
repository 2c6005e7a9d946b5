"""The passing of time touches records as an event does: what left a window, or came into one, since the last look.

Events and changes are found through the index by time, values through their own; nothing is stored for each member.
An event is looked for at the far end of its window, and at the near end where it was dated ahead of its arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from perennial.conditions.resolver import Me
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import Dates, Span
from perennial.conditions.windows import HOURS, months_before
from perennial.foundation.sql import fetch
from perennial.objects.columns import Tables
from perennial.objects.types import ObjectType, object_types
from perennial.objects.zones import firm_zone
from perennial.rules.index import Index
from perennial.rules.touched import ByRule, Happened, Ids, by_events, walk_steps
from perennial.rules.wakes import Crossing, family
from perennial.workspace.actor import SYSTEM


def by_time(index: Index, after: datetime, now: datetime) -> ByRule:
    """By rule, the records that the time from one instant to the next may have moved."""
    found: ByRule = defaultdict(set)
    by_crossing: dict[Crossing, set[int]] = defaultdict(set)
    for rule in index.rules.values():
        for crossing in rule.awake.crossings:
            by_crossing[crossing].add(rule.id)
    events = _events_by_rule(index, by_crossing, after, now)
    for rule_id, ids in events.items():
        found[rule_id] |= ids
    for crossing, rules in by_crossing.items():
        if crossing.of == "event":
            continue
        ids = _values(crossing, after, now) if crossing.of == "value" else _changes(crossing, after, now)
        ids = walk_steps(ids, crossing.steps) if ids else ids
        for rule_id in rules:
            found[rule_id] |= ids
    return found


def start_of(span: Span, at: datetime) -> datetime | None:
    """Where a window that moves begins (or one of long ago ends); None for one of dates, which stands still."""
    if isinstance(span, Dates):
        return None
    try:
        if span.unit in HOURS:
            return at - timedelta(hours=HOURS[span.unit] * span.count)
        return months_before(at, span.count, firm_zone())
    except (OverflowError, ValueError):
        return None


def _events_by_rule(index: Index, crossings: dict[Crossing, set[int]], after: datetime, now: datetime) -> ByRule:
    """One statement for each length of window."""
    far: dict[Span | None, set[str]] = defaultdict(set)
    for each in crossings:
        if each.of == "event":
            far[None].add(each.key)
            if each.span is not None and not isinstance(each.span, Dates):
                far[each.span].add(each.key)
    happened: list[Happened] = []
    for span, types in far.items():
        if span is None:
            happened += _happened(types, after, now, " AND e.known_at < e.occurred_at")
        elif (low := start_of(span, after)) is not None and (high := start_of(span, now)) is not None:
            happened += _happened(types, low, high, "")
    return by_events(index, happened) if happened else {}


def _happened(types: Iterable[str], low: datetime, high: datetime, also: str) -> list[Happened]:
    rows = fetch(
        "SELECT DISTINCT e.type, e.profile_id, e.subject_kind, e.subject_id FROM timeline_event e"
        f" WHERE e.occurred_at > %s AND e.occurred_at <= %s AND e.type = ANY(%s::text[]){also}",
        [low, high, sorted(types)],
    )
    return [Happened(*row) for row in rows]


def _values(crossing: Crossing, after: datetime, now: datetime) -> Ids:
    """Records whose date is so many days old now and was not before, or that was ahead and is no more."""
    kind = object_types.get(crossing.object_key)
    if kind is None:
        return set()
    days = timedelta(days=crossing.days)
    tables = Tables(kind, SYSTEM, Me(None))
    place = tables.place(crossing.key)
    bounds: list[object]
    if place.type.column is ColumnType.DAY:
        zone = firm_zone()
        today, before = now.astimezone(zone).date(), after.astimezone(zone).date()
        if today == before:
            return set()
        bounds = [before - days, today - days, before, today]
    else:
        bounds = [after - days, now - days, after, now]
    return {id for (id,) in fetch(*_within(kind, tables, place.sql, bounds))}


def _within(kind: ObjectType, tables: Tables, column: str, bounds: list[object]) -> tuple[str, tuple[object, ...]]:
    source = tables.sql()
    arms = [f"SELECT {tables.alias}.id FROM {source.text} WHERE {column} > %s AND {column} <= %s"] * 2
    return " UNION ".join(arms), (*source.params, *bounds[:2], *source.params, *bounds[2:])


def _changes(crossing: Crossing, after: datetime, now: datetime) -> Ids:
    kind = object_types.get(crossing.object_key)
    span = crossing.span
    low = start_of(span, after) if span is not None else None
    high = start_of(span, now) if span is not None else None
    if kind is None or low is None or high is None:
        return set()
    rows = fetch(
        "SELECT DISTINCT record_id FROM timeline_change WHERE occurred_at > %s AND occurred_at <= %s"
        " AND object_key = ANY(%s::text[]) AND kind = 'update' AND \"values\" ? %s",
        [low, high, family(kind), crossing.key],
    )
    return {id for (id,) in rows}
