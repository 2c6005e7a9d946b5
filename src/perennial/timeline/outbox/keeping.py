"""The rows of the outbox: put there with an effect, claimed before they leave, settled by what came back."""

from __future__ import annotations

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import transaction

from perennial.foundation.sql import execute, fetch
from perennial.timeline.outbox.ways import Claimed, Outcome

BEGIN_WITHIN = 45  # seconds after the claim in which the request must have begun
LEASE = 90  # seconds after which a claim that says nothing is in doubt: longer than BEGIN_WITHIN and any request
AT_ONCE = 8  # requests beside each other
AT_ONCE_A_LANE = 4
MOST_ATTEMPTS = 12  # of what has never left: some nine hours

_PUT = """
INSERT INTO timeline_delivery (key, way, lane, object_key, record_id, payload, actor, cause, state, attempts,
                               created_at, due_at, said)
SELECT u.key, u.way, u.lane, u.object_key, u.record_id, u.payload::jsonb, u.actor, u.cause, 'waiting', 0,
       now(), now(), ''
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::uuid[])
     AS u(key, way, lane, object_key, record_id, payload, actor, cause)
ON CONFLICT (key) DO NOTHING
"""
# The lanes in which something waits, one look into the index for each; of each the first few.
_CLAIM = """
WITH RECURSIVE lanes (lane) AS (
    (SELECT min(lane) FROM timeline_delivery WHERE state = 'waiting')
    UNION ALL
    SELECT (SELECT min(d.lane) FROM timeline_delivery d WHERE d.state = 'waiting' AND d.lane > lanes.lane)
    FROM lanes WHERE lanes.lane IS NOT NULL
), open AS (
    SELECT first.id FROM lanes LEFT JOIN timeline_lane l ON l.lane = lanes.lane
    CROSS JOIN LATERAL (
        SELECT d.id, d.due_at FROM timeline_delivery d
        WHERE d.state = 'waiting' AND d.lane = lanes.lane AND d.due_at <= now()
        ORDER BY d.due_at, d.id LIMIT %(lane)s
    ) first
    WHERE lanes.lane IS NOT NULL AND coalesce(l.not_before <= now(), TRUE)
    ORDER BY first.due_at, first.id LIMIT %(most)s
)
UPDATE timeline_delivery d SET state = 'sending', claim = %(claim)s, claimed_at = now(), attempts = d.attempts + 1
FROM open WHERE d.id = open.id AND d.state = 'waiting'
RETURNING d.id, d.key, d.way, d.lane, d.payload, d.attempts
"""
_SETTLE = """
UPDATE timeline_delivery d SET state = u.state, status = u.status, said = u.said,
    due_at = CASE WHEN u.state = 'waiting' THEN now() + u.later * interval '1 second' ELSE d.due_at END,
    ended_at = CASE WHEN u.state = 'waiting' THEN NULL ELSE now() END
FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::text[], %s::float8[]) AS u(id, state, status, said, later)
WHERE d.id = u.id AND d.claim = %s AND d.state IN ('sending', 'doubt')
"""
_SPARE = """
INSERT INTO timeline_lane AS l (lane, failures, not_before)
SELECT lane, 1, now() + interval '15 seconds' FROM unnest(%s::text[]) lane
ON CONFLICT (lane) DO UPDATE SET failures = l.failures + 1,
    not_before = now() + least(3600, 15 * 2 ^ least(l.failures, 10)) * interval '1 second'
"""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """`key` is unique for ever: the same effect put twice goes out once."""

    key: str
    way: str
    lane: str
    payload: Mapping[str, Any]
    object_key: str = ""
    record_id: int | None = None
    actor: str = "system:0"
    cause: uuid.UUID | None = None


def put(deliveries: Sequence[NewDelivery]) -> int:
    """Into the outbox, in the transaction that is open; how many were new."""
    if not deliveries:
        return 0
    return execute(_PUT, [
        [each.key for each in deliveries], [each.way for each in deliveries], [each.lane for each in deliveries],
        [each.object_key for each in deliveries], [each.record_id for each in deliveries],
        [text_of(each.payload) for each in deliveries], [each.actor for each in deliveries],
        [each.cause for each in deliveries],
    ])  # fmt: skip


def text_of(payload: Mapping[str, Any]) -> str:
    """As JSON; PostgreSQL takes every character but one."""
    return msgspec.json.encode(payload, enc_hook=str).decode().replace("\\u0000", "")


def claim() -> tuple[uuid.UUID, dict[str, list[Claimed]]]:
    """Some that are due, by the way they go, under the mark of this claim. Committed, and on the disk, on return."""
    mark, begin_by = uuid.uuid4(), time.time() + BEGIN_WITHIN
    found: dict[str, list[Claimed]] = defaultdict(list)
    with transaction.atomic(durable=True):
        execute("SET LOCAL synchronous_commit TO on")
        rows = fetch(_CLAIM, {"lane": AT_ONCE_A_LANE, "most": AT_ONCE, "claim": mark})
    for id, key, way, lane, payload, attempts in rows:
        found[way].append(Claimed(id, key, lane, json.loads(payload), attempts, begin_by))
    return mark, found


def settle(mark: uuid.UUID, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
    """What became of what this claim had. An answer that comes after the lease settles the doubt as well."""
    later = [min(3600, 15 * 2.0**each.attempts) for each, _outcome in outcomes]
    with transaction.atomic():
        execute(_SETTLE, [
            [each.id for each, _outcome in outcomes], [outcome.state for _each, outcome in outcomes],
            [outcome.status for _each, outcome in outcomes],
            [outcome.sentence.replace("\x00", "")[:400] for _each, outcome in outcomes], later, mark,
        ])  # fmt: skip
        busy = {each.lane for each, outcome in outcomes if outcome.is_busy}
        if busy:
            execute(_SPARE, [sorted(busy)])
        free = {each.lane for each, outcome in outcomes if outcome.state == "done"} - busy
        if free:
            execute("DELETE FROM timeline_lane WHERE lane = ANY(%s)", [sorted(free)])


def doubt_left_behind(*, older_than: int = LEASE) -> int:
    """What was claimed so long ago that nobody can be at it any more: nobody knows whether it arrived."""
    return execute(
        "UPDATE timeline_delivery SET state = 'doubt', ended_at = now()"
        " WHERE state = 'sending' AND claimed_at <= now() - %s * interval '1 second'",
        [older_than],
    )


def forget_old() -> int:
    """What arrived is kept for a month, what did not for half a year; what waits for as long as it does."""
    return execute(
        "DELETE FROM timeline_delivery WHERE state NOT IN ('waiting', 'sending') AND ended_at < now()"
        " - CASE WHEN state IN ('done', 'dropped') THEN interval '30 days' ELSE interval '180 days' END"
    )
