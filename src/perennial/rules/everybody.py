"""All for whom a rule holds, put into a table of the transaction: asked of the database, or for kinds with many records
of the lake, which answers in the time that the database needs to begin.

The lake is a moment behind. So a *round* of sweeps takes a point first, the transactions that had begun by then, waits
until the lake has all that those wrote, and asks it then. What was committed later, live work comes upon while the
segment is being swept, and keeps for afterwards: in the end the database has the last word about everybody touched.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

from perennial.conditions import Condition
from perennial.foundation.libraries import on_demand
from perennial.foundation.sql import execute, fetch_one
from perennial.lake.progress import has_all, is_begun
from perennial.lake.writer import sole_writer
from perennial.objects.types import ObjectType, current
from perennial.rules.evaluating import fitting
from perennial.workspace.actor import SYSTEM

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import csv

    from perennial.lake import engine, exporting, reader, records
else:  # with them come the engines, which stand idle in a process that nobody asks
    pa = on_demand("pyarrow")
    csv = on_demand("pyarrow.csv")
    engine, exporting = on_demand("perennial.lake.engine"), on_demand("perennial.lake.exporting")
    reader, records = on_demand("perennial.lake.reader"), on_demand("perennial.lake.records")

LARGE = 50_000  # records of a kind's table, from which on the lake is asked
PATIENCE = 300.0  # seconds that a round waits for the lake; then the database is asked for a while
AGAIN_AFTER = 60.0  # seconds in which a lake that could not answer is not asked again
LONGEST_LOOK = 60.0  # seconds of one opening of the lake: its old files are removed after a while
FITS = "rules_fit"
log = logging.getLogger(__name__)


class _Round:
    """The one that this process is at. `below`: transactions that had not begun yet; 0 between two rounds. Monotonic
    seconds."""

    below = 0
    begun_at = 0.0
    broken_at = float("-inf")


def ask_for_sweep(segment_ids: list[int], *, cause: str) -> None:
    """Have everybody looked at for these segments; until that is done, live work leaves them alone."""
    execute(
        "UPDATE rules_segment SET is_sweeping = true, asked_xid = pg_current_xact_id()::text::bigint, wanted_cause = %s"
        " WHERE id = ANY(%s::bigint[])",
        [cause, segment_ids],
    )


def is_large(kind: ObjectType) -> bool:
    """Whether its records are so many that the lake is asked, while there is one that can be."""
    is_broken = time.monotonic() - _Round.broken_at < AGAIN_AFTER
    return not is_broken and estimate(kind) >= LARGE and is_begun()


def estimate(kind: ObjectType) -> float:
    """How many rows the kind's table has, as the planner thinks."""
    found = fetch_one("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [f'"{current(kind).table}"'])
    return float(found[0]) if found else 0.0


def lake_is_ready(segment_ids: Sequence[int]) -> int:
    """Begin a round for these, or look how far it is. Once the lake can be asked, the point that it has passed; else
    0."""
    if not _Round.below:
        # What live work has kept until now was committed before the point, so the lake will tell of it.
        execute("DELETE FROM rules_touched WHERE segment_id = ANY(%s::bigint[])", [list(segment_ids)])
        point = fetch_one("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        _Round.below, _Round.begun_at = (int(point[0]) if point else 0), time.monotonic()
    if has_all(_Round.below):
        return _Round.below
    if time.monotonic() - _Round.begun_at > PATIENCE:
        log.warning("The lake is too far behind: the database is asked about everybody.")
        give_up()
    return 0


def end_round() -> None:
    _Round.below = 0


def give_up() -> None:
    """Ask the database for a while, whatever the number of records."""
    _Round.below, _Round.broken_at = 0, time.monotonic()


def forget_round() -> None:
    """Between tests."""
    _Round.below, _Round.broken_at = 0, float("-inf")


def bring_lake() -> None:
    """Have the lake take in what it has not yet: by one who cannot wait for the worker."""
    exporting.export_all()


@contextmanager
def opened_lake() -> Iterator[reader.Lake]:
    """Opened while nobody writes, so that it is as whole as the point says."""
    with sole_writer(patient=True):
        opening = reader.open_lake()
        lake = opening.__enter__()
    try:
        yield lake
    finally:
        opening.__exit__(None, None, None)
        engine.release_memory()


def find_all(kind: ObjectType, condition: Condition, lake: reader.Lake | None) -> None:
    """Put the ids of all for whom the condition holds now into `rules_fit`, which ends with the transaction."""
    execute(f"DROP TABLE IF EXISTS {FITS}")
    if lake is None:
        # A table made of a SELECT: several processes work at that, at an INSERT one.
        asked = fitting(kind, condition)
        execute(f"CREATE TEMPORARY TABLE {FITS} ON COMMIT DROP AS {asked.text}", asked.params)
    else:
        found = records.records_of(lake, current(kind), by=SYSTEM, where=condition).select("id")
        execute(f"CREATE TEMPORARY TABLE {FITS} (id bigint) ON COMMIT DROP")
        _copy(lake.arrow(found))
    execute(f"ANALYZE {FITS}")


def _copy(ids: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    csv.write_csv(ids, sink, csv.WriteOptions(include_header=False))
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {FITS} (id) FROM STDIN") as copy:
        copy.write(sink.getvalue())
