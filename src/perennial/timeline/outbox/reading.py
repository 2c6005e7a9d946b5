"""What stands in the outbox, for pages; and what a person does about it: send again, or leave it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from perennial.foundation.sql import execute, fetch
from perennial.timeline.outbox.ways import State

OPEN: tuple[State, ...] = ("doubt", "unsent", "refused")  # a person may send these again
_COLUMNS = "id, key, lane, object_key, record_id, actor, state, attempts, created_at, ended_at, due_at, status, said"


@dataclass(frozen=True, slots=True)
class Delivery:
    id: int
    key: str
    lane: str
    object_key: str
    record_id: int | None
    actor: str
    state: State
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    due_at: datetime
    status: int | None
    said: str


def deliveries(lane: str, *, states: Sequence[str] = (), before: int | None = None, limit: int = 50) -> list[Delivery]:
    """The newest first, from those older than `before`."""
    rows = fetch(
        f"SELECT {_COLUMNS} FROM timeline_delivery WHERE lane = %s AND id < %s"
        " AND (state = ANY(%s) OR %s) ORDER BY id DESC LIMIT %s",
        [lane, before or 2**62, list(states), not states, limit],
    )
    return [Delivery(*row) for row in rows]


def counts(lanes: Iterable[str]) -> dict[str, dict[str, int]]:
    """By lane, how many wait or need somebody; those that arrived are not counted."""
    found: dict[str, dict[str, int]] = {lane: {} for lane in lanes}
    for lane, state, count in fetch(
        "SELECT lane, state, count(*) FROM timeline_delivery WHERE lane = ANY(%s) AND state NOT IN ('done', 'dropped')"
        " GROUP BY lane, state",
        [list(found)],
    ):
        found[lane][state] = count
    return found


def send_again(ids: Sequence[int], *, lane: str, by: str) -> list[int]:
    """Those that ended otherwise than well go out once more, under the key that they had; whoever asks, answers for
    it that the receiver may see it twice."""
    return _settled(
        "UPDATE timeline_delivery SET state = 'waiting', due_at = now(), attempts = 0, ended_at = NULL, claim = NULL,"
        " settled_by = %s WHERE id = ANY(%s) AND lane = %s AND state = ANY(%s) RETURNING id",
        ids, lane, by,
    )  # fmt: skip


def leave(ids: Sequence[int], *, lane: str, by: str) -> list[int]:
    """Nobody will send these: seen, and let be."""
    return _settled(
        "UPDATE timeline_delivery SET state = 'dropped', settled_by = %s WHERE id = ANY(%s) AND lane = %s"
        " AND state = ANY(%s) RETURNING id",
        ids, lane, by,
    )  # fmt: skip


def wake(lane: str) -> None:
    """Somebody mended the receiver: it is asked at once."""
    execute("DELETE FROM timeline_lane WHERE lane = %s", [lane])


def _settled(statement: str, ids: Sequence[int], lane: str, by: str) -> list[int]:
    return [id for (id,) in fetch(statement, [by, list(ids), lane, list(OPEN)])]
