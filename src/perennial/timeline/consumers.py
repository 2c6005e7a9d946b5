"""Reading a log in commit order from where one stopped, without ever skipping a slow transaction.

Each row carries the id of the transaction that wrote it. A consumer takes only rows of transactions older than the
oldest one still running (`pg_snapshot_xmin`), in the order (xid, id), and stores how far it came in the same
transaction as what it made of them: a kill between the two repeats nothing and loses nothing.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from perennial.foundation.sql import execute, fetch, fetch_one

Log = Literal["timeline_event", "timeline_change"]
_FIRST = {"timeline_event": "00000000-0000-0000-0000-000000000000", "timeline_change": "0"}
_ID = {"timeline_event": "uuid", "timeline_change": "bigint"}
_ABOUT = {"timeline_event": "type", "timeline_change": "object_key"}


class Batch(NamedTuple):
    rows: list[tuple[Any, ...]]
    xid: str  # of the last row
    id: str


def next_batch(consumer: str, log: Log, columns: str, *, limit: int) -> Batch | None:
    """Up to `limit` rows after the consumer's position, or None. `columns` is trusted SQL of the caller's own.

    Call inside a transaction, and `advance` in the same one: the position's row is locked, so that two workers
    cannot take the same batch.
    """
    execute(
        "INSERT INTO timeline_consumer (name, log, xid, row_id) VALUES (%s, %s, '0', %s) ON CONFLICT DO NOTHING",
        [consumer, log, _FIRST[log]],
    )
    position = fetch_one(
        "SELECT xid::text, row_id FROM timeline_consumer WHERE name = %s AND log = %s FOR UPDATE", [consumer, log]
    )
    assert position is not None
    rows = rows_after(log, columns, *position, limit=limit)
    return Batch([row[2:] for row in rows], rows[-1][0], rows[-1][1]) if rows else None


def rows_after(log: Log, columns: str, xid: str, id: str, *, limit: int) -> list[tuple[Any, ...]]:
    """Up to `limit` rows behind a place, each after its own xid and id as text. Call inside a transaction."""
    # Columns with their table's name: a bare "xid" would be the text that is selected, of which 10 comes before 9.
    # The planner takes a row comparison for rarer than it is: it would sort all that is waiting, and not use the index.
    execute("SET LOCAL enable_sort = off")
    rows = fetch(
        f"SELECT l.xid::text, l.id::text, {columns} FROM {log} l"
        f" WHERE (l.xid, l.id) > (%s::xid8, %s::{_ID[log]}) AND l.xid < pg_snapshot_xmin(pg_current_snapshot())"
        f" ORDER BY l.xid, l.id LIMIT %s",
        [xid, id, limit],
    )
    execute("SET LOCAL enable_sort = on")
    return rows


def advance(consumer: str, log: Log, batch: Batch) -> None:
    """Store that the batch is done with."""
    execute(
        "UPDATE timeline_consumer SET xid = %s::xid8, row_id = %s, moved_at = now() WHERE name = %s AND log = %s",
        [batch.xid, batch.id, consumer, log],
    )


def lag_seconds(consumer: str, log: Log) -> float:
    """How old the oldest row is that the consumer has not taken yet, by the database's clock; 0 when it is abreast."""
    row = fetch_one(
        f"SELECT EXTRACT(EPOCH FROM clock_timestamp() - min(t.written_at)) FROM (SELECT written_at FROM {log} l,"
        f" timeline_consumer c WHERE c.name = %s AND c.log = %s AND (l.xid, l.id) > (c.xid, c.row_id::{_ID[log]})"
        f" ORDER BY l.xid, l.id LIMIT 1) t",
        [consumer, log],
    )
    return float(row[0]) if row and row[0] is not None else 0.0


def waiting_keys(consumer: str, log: Log, *, most: int) -> tuple[set[str], str] | None:
    """When more than `most` rows wait: the types or kinds of record that they are about, and the transaction before
    which all of them were written. None when it is less, or the log was never read."""
    place = fetch_one(
        "SELECT xid::text, row_id, pg_snapshot_xmin(pg_current_snapshot())::text FROM timeline_consumer"
        " WHERE name = %s AND log = %s FOR UPDATE",
        [consumer, log],
    )
    if place is None:
        return None
    where = f"FROM {log} l WHERE (l.xid, l.id) > (%s::xid8, %s::{_ID[log]}) AND l.xid < %s::xid8"
    if not fetch(f"SELECT 1 {where} ORDER BY l.xid, l.id OFFSET %s LIMIT 1", [*place, most]):
        return None
    return {key for (key,) in fetch(f"SELECT DISTINCT l.{_ABOUT[log]} {where}", place)}, place[2]


def skip_to(consumer: str, log: Log, xid: str) -> None:
    """Go on with what this transaction and later ones write: by one who has seen to the rest in another way."""
    execute(
        "UPDATE timeline_consumer SET xid = %s::xid8, row_id = %s, moved_at = now() WHERE name = %s AND log = %s",
        [xid, _FIRST[log], consumer, log],
    )


def go_to_end(consumer: str, log: Log) -> None:
    """Take all that stands in the log as read: by one who wrote it and did what follows from it in the same act."""
    execute(
        f"INSERT INTO timeline_consumer (name, log, xid, row_id) SELECT %s, %s, l.xid, l.id::text FROM {log} l"
        " ORDER BY l.xid DESC, l.id DESC LIMIT 1 ON CONFLICT (name, log)"
        " DO UPDATE SET xid = excluded.xid, row_id = excluded.row_id, moved_at = now()",
        [consumer, log],
    )


def begin_now(consumer: str, log: Log) -> None:
    """Read from here on: whatever is committed from now on comes, also of transactions that have begun already; of what
    stands in the log only a little of the latest. For one who looks at everything first, and at what is new after."""
    execute(
        "INSERT INTO timeline_consumer (name, log, xid, row_id)"
        " VALUES (%s, %s, pg_snapshot_xmin(pg_current_snapshot()), %s) ON CONFLICT (name, log)"
        " DO UPDATE SET xid = excluded.xid, row_id = excluded.row_id, moved_at = now()",
        [consumer, log, _FIRST[log]],
    )
