"""How far the lake is behind the database. Light: asks PostgreSQL only."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import F

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.lake.models import Erasure, Progress
from perennial.lake.registry import WatchedTable, watched_tables

NOTE_EVERY = 5.0  # seconds between two notes that nothing is waiting
_LOGS = {"event": ("timeline_event", "uuid"), "change": ("timeline_change", "bigint")}


class Lag(NamedTuple):
    """`seconds` is how old the oldest row is that the lake does not have yet, `source` where it waits."""

    seconds: float
    source: str


class Exported(NamedTuple):
    """What a turn did for a source. `touched` is up to which (xid, id) the rows noted were taken."""

    source: str
    table: str
    xid: int
    row_id: str
    rows: int
    touched: tuple[int, str] | None


def lag() -> Lag:
    """0 when the lake has everything. What the exporter may not take yet (a long transaction) counts as waiting."""
    return max((Lag(seconds, source) for source, seconds in lags().items()), default=Lag(0.0, ""))


def lags() -> dict[str, float]:
    """Seconds by source. Rows of the logs tell their age; for others it is since nothing was found waiting last."""
    questions: list[str] = []
    params: list[object] = []
    watched = watched_tables()
    for state in Progress.objects.all():
        at = [state.source, state.xid, state.row_id]
        if state.source in _LOGS:
            table, id_type = _LOGS[state.source]
            questions.append(
                f"SELECT %s, (SELECT extract(epoch FROM clock_timestamp() - written_at)::float8 FROM {table}"
                f" WHERE (xid, id) > (%s::text::xid8, %s::{id_type}) ORDER BY xid, id LIMIT 1)"
            )
            params += at
        elif state.source in watched:
            each = watched[state.source]
            questions.append(
                "SELECT %s, CASE WHEN EXISTS (SELECT FROM"
                f' "{each.table}" WHERE ({each.xid_column}, "{each.id_column}") > (%s::text::xid8, %s::bigint))'
                " OR EXISTS (SELECT FROM lake_touched WHERE table_name = %s)"
                " THEN extract(epoch FROM clock_timestamp() - %s::timestamptz)::float8 END"
            )
            params += [*at, each.table, state.abreast_at or state.exported_at or clock.real_now()]
    found = fetch(" UNION ALL ".join(questions), params) if questions else []
    return {source: max(0.0, seconds or 0.0) for source, seconds in found}


def is_begun() -> bool:
    """Whether there is a lake at all."""
    return Progress.objects.exists()


def has_all(below: int) -> bool:
    """Whether everything that transactions before this one wrote, and that is committed, is in the lake."""
    watched, params = watched_tables(), list[object]()
    states = {state.source: state for state in Progress.objects.all()}
    if not _LOGS.keys() <= states.keys() or any(_is_followed(each) for name, each in watched.items()
                                                if name not in states):  # fmt: skip
        return False
    questions = [
        "SELECT FROM lake_touched WHERE xid < %s::text::xid8",
        "SELECT FROM lake_erasure WHERE done_at IS NULL",
    ]
    params.append(below)
    for name, state in states.items():
        if name in _LOGS:
            (table, id_type), xid, id = _LOGS[name], "xid", "id"
        elif name in watched:
            each = watched[name]
            table, id_type, xid, id = each.table, "bigint", each.xid_column, each.id_column
        else:
            continue
        questions.append(
            f'SELECT FROM "{table}" WHERE ({xid}, "{id}") > (%s::text::xid8, %s::{id_type}) AND {xid} < %s::text::xid8'
        )
        params += [state.xid, state.row_id, below]
    found = fetch("SELECT " + " OR ".join(f"EXISTS ({each})" for each in questions), params)
    return not found[0][0]


def _is_followed(table: WatchedTable) -> bool:
    """Whether there is such a table, and its rows say which transaction wrote them."""
    return bool(
        fetch("SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped",
              [f'"{table.table}"', table.xid_column])
    )  # fmt: skip


def mirror_positions(positions: Mapping[str, tuple[int, str]]) -> None:
    """What the Delta tables say; they may be ahead of what is noted here, when a process was killed."""
    Progress.objects.exclude(source__in=positions).delete()
    for source, (xid, row_id) in positions.items():
        Progress.objects.update_or_create(source=source, defaults={"xid": xid, "row_id": row_id})


def note_progress(done: Sequence[Exported], *, abreast: Sequence[str]) -> None:
    now = clock.real_now()
    for exported in done:
        Progress.objects.update_or_create(
            source=exported.source, defaults={"xid": exported.xid, "row_id": exported.row_id, "exported_at": now},
        )  # fmt: skip
        Progress.objects.filter(source=exported.source).update(rows=F("rows") + exported.rows)
        if exported.touched:
            forget_touched(exported.table, exported.touched)
    if time.monotonic() - _Noted.at >= NOTE_EVERY:
        _Noted.at = time.monotonic()
        Progress.objects.filter(source__in=abreast).update(abreast_at=now)


def forget_touched(table: str, position: tuple[int, str]) -> None:
    """Take away the notes of what is in the lake."""
    execute(
        "DELETE FROM lake_touched WHERE table_name = %s AND (xid, id) <= (%s::text::xid8, %s::bigint)",
        [table, *position],
    )


def note_erased(numbers: Sequence[int]) -> None:
    if numbers:
        Erasure.objects.filter(pk__in=numbers).update(done_at=clock.real_now())


class _Noted:
    at = float("-inf")
