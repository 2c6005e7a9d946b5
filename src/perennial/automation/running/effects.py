"""Which automation caused what: so that one that starts itself through its own effect is seen, and cut."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from perennial.automation.running.going import Going
from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch

DEEPEST = 4  # automations that lead to each other, one through the other


def note_effect(cause: uuid.UUID, going: Going) -> None:
    """What carries this cause was done by these runs."""
    execute(
        "INSERT INTO automation_effect (cause, automation_id, depth, at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (cause) DO NOTHING",
        [cause, going.automation_id, going.depth, clock.real_now()],
    )


def depths(causes: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How deep the runs stood that led to these. A derived event may name the event that it follows from as its cause;
    so one step more is gone back."""
    wanted = list(set(causes))
    if not wanted:
        return {}
    rows = fetch(
        "SELECT w.cause, f.depth FROM unnest(%s::uuid[]) w(cause) JOIN automation_effect f ON f.cause = w.cause"
        " UNION ALL SELECT e.id, f.depth FROM timeline_event e JOIN automation_effect f ON f.cause = e.cause"
        " WHERE e.id = ANY(%s::uuid[])",
        [wanted, wanted],
    )
    found: dict[uuid.UUID, int] = {}
    for cause, depth in rows:
        found[cause] = max(depth, found.get(cause, 0))
    return found
