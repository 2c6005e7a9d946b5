"""Keeping up: the customers that new events and changes touch are computed anew, and those whose time has come.

A turn reads both logs from where the last one stopped, finds who was touched, computes them as one set, and moves on
in the same transaction; so a kill repeats nothing and loses nothing. When much arrives at once the turns are large and
far apart, because a customer touched a hundred times needs computing once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.foundation.sql import fetch
from perennial.lifecycle.definitions import given
from perennial.lifecycle.pace import measure_pace
from perennial.lifecycle.telling import tell
from perennial.lifecycle.writing import recompute, take_turn
from perennial.objects.models import Import
from perennial.timeline.consumers import advance, next_batch

CONSUMER = "lifecycle"
ROWS = 10_000  # of each log in one turn: some two seconds, for as long as which other readers of the logs may wait
SWEPT = 2_000  # customers whose time has come, in one turn
MANY = 500  # customers touched in one turn: more arrive, so the next turn waits
STILL_SECONDS = 8.0  # without anything new, until transitions of the past are told
BROKEN_OFF = timedelta(minutes=10)  # an import that has not moved for so long is not waited for
MEASURED_EVERY = 60.0  # seconds at least between two measurings of how long the stages take
_ROOMS = ("customers.", "commerce.")
# What kind of change it is; none for an update of a customer in which nothing was changed that history is made of.
_KIND = """
CASE WHEN kind = 'update' AND object_key IN ('customers.person', 'customers.company', 'customers.customer')
          AND jsonb_typeof("values") = 'object' AND NOT "values" ?| ARRAY['kind', 'created_at', 'deleted_at', 'company',
          'company_id', 'email', 'phone', 'qualification', 'merged_into'] THEN '' ELSE kind END
"""


class _Pace:
    """When this process last saw something arrive, and until when it rests. Monotonic seconds."""

    arrived = time.monotonic()  # a worker that was cut off in the middle of an import waits first
    rests_until = 0.0
    has_changed = True  # since the pace of the stages was measured
    measured = -3600.0


@loop("lifecycle.live", every=0.5)
def follow() -> int:
    """One turn; how many customers were computed, and transitions told."""
    now = time.monotonic()
    if now < _Pace.rests_until:
        return 0
    touched = follow_logs()
    if touched:
        _Pace.arrived = time.monotonic()
    if touched > MANY:
        _Pace.rests_until = time.monotonic() + max(1.0, time.monotonic() - now)
        return touched
    swept = sweep()
    if is_importing():
        _Pace.arrived = time.monotonic()
        return touched + swept
    is_still = time.monotonic() - _Pace.arrived > STILL_SECONDS
    told = tell(only_news=not is_still)
    _Pace.has_changed |= told > 0
    if is_still and not told and _Pace.has_changed and time.monotonic() - _Pace.measured > MEASURED_EVERY:
        measure_pace()
        _Pace.has_changed, _Pace.measured = False, time.monotonic()
    return touched + swept + told


def is_importing() -> bool:
    """Whether a file is on its way in: until all of it is, nothing that follows from it is told."""
    latest = clock.real_now() - BROKEN_OFF
    moving = Import.objects.filter(status__in=(Import.Status.READY, Import.Status.RUNNING))
    return moving.filter(Q(moved_at__gt=latest) | Q(moved_at=None, created_at__gt=latest)).exists()


def follow_logs(*, rows: int = ROWS) -> int:
    """Compute those whom the next part of the logs touches; how many customers."""
    with transaction.atomic():
        events = next_batch(CONSUMER, "timeline_event", "profile_id, type", limit=rows)
        changes = next_batch(
            CONSUMER,
            "timeline_change",
            f"object_key, record_id, {_KIND}, CASE WHEN object_key IN ('customers.person', 'customers.customer',"
            " 'commerce.order', 'customers.call') THEN jsonb_build_array(values -> 'customer', values -> 'customer_id',"
            " values -> 'company', values -> 'company_id') END",
            limit=rows,
        )
        if events is None and changes is None:
            return 0
        ids = touched_by(events.rows if events else (), changes.rows if changes else ())
        if ids:
            take_turn()
            recompute(ids, on=given())
        if events is not None:
            advance(CONSUMER, "timeline_event", events)
        if changes is not None:
            advance(CONSUMER, "timeline_change", changes)
    return max(1, len(ids))


def touched_by(events: Iterable[tuple[Any, ...]], changes: Iterable[tuple[Any, ...]]) -> list[int]:
    """The customers behind rows of the logs, those they were merged with, their companies, and the people of companies
    that came or went."""
    profiles = {profile for profile, type in events if profile is not None and str(type).startswith(_ROOMS)}
    customers: set[int] = set()
    orders: set[int] = set()
    merged: set[int] = set()
    companies: set[int] = set()
    for object_key, record_id, kind, mentioned in changes:
        if not kind:
            continue
        if object_key == "commerce.order":
            orders.add(record_id)
        elif object_key.startswith("customers.") and object_key.rsplit(".", 1)[1] in ("person", "company", "customer"):
            customers.add(record_id)
            if kind in ("merge", "unmerge"):
                merged.add(record_id)
            if kind != "update" and not object_key.endswith(".person"):
                companies.add(record_id)
        customers |= _ids_in(json.loads(mentioned)) if mentioned else set()
    if not (profiles or customers or orders):
        return []
    found = fetch(
        """
        WITH near AS (
            SELECT unnest(%(customers)s::bigint[]) AS id
            UNION SELECT customer_id FROM customers_profile WHERE id = ANY(%(profiles)s::bigint[])
            UNION SELECT customer_id FROM commerce_order WHERE id = ANY(%(orders)s::bigint[])
            UNION SELECT unnest(ARRAY[winner_id, loser_id]) FROM customers_merge
                  WHERE winner_id = ANY(%(merged)s::bigint[]) OR loser_id = ANY(%(merged)s::bigint[])
            UNION SELECT id FROM customers_customer WHERE company_id = ANY(%(companies)s::bigint[])
        )
        SELECT id FROM near WHERE id IS NOT NULL
        UNION SELECT c.company_id FROM customers_customer c JOIN near ON near.id = c.id WHERE c.company_id IS NOT NULL
        ORDER BY 1
        """,
        {
            "customers": sorted(customers),
            "profiles": sorted(profiles),
            "orders": sorted(orders),
            "merged": sorted(merged),
            "companies": sorted(companies),
        },
    )
    return [row[0] for row in found]


def sweep(*, limit: int = SWEPT) -> int:
    """Compute those whom the passing of time has changed, and those who stand by an older definition."""
    on = given()
    with transaction.atomic():
        take_turn()
        due = _ids(
            "SELECT customer_id FROM lifecycle_state WHERE next_flip_at <= %s ORDER BY next_flip_at LIMIT %s",
            [on.as_of, limit],
        )
        if due:
            recompute(due, on=on)
        stale = _ids(
            "(SELECT customer_id FROM lifecycle_state WHERE tag < %s LIMIT %s) UNION ALL"
            " (SELECT customer_id FROM lifecycle_state WHERE tag > %s LIMIT %s)",
            [on.tag, limit, on.tag, limit],
        )
        if stale:
            recompute(stale, on=on, tell=False)
    return len(due) + len(stale)


def catch_up() -> int:
    """Follow both logs and the clock until nothing is left to do; how many customers were computed."""
    done = 0
    while turn := follow_logs() + sweep():
        done += turn
    return done


def _ids(statement: str, params: Sequence[Any]) -> list[int]:
    return [row[0] for row in fetch(statement, params)]


def _ids_in(mentioned: Any) -> set[int]:
    """Ids of customers in the values of a change: 7, [7, 8] (old and new), or {"id": 7}."""
    if isinstance(mentioned, list):
        return set().union(*map(_ids_in, mentioned)) if mentioned else set()
    if isinstance(mentioned, dict):
        return _ids_in(mentioned.get("id"))
    if isinstance(mentioned, int) and not isinstance(mentioned, bool):
        return {mentioned}
    return set()
