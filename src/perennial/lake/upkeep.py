"""Keeping the files few, sorted and free of what is gone.

Everything here goes on under the lock of the writer. Readers notice nothing: they hold the files that the Delta log
named when they looked, and those stay on the disk for `GRACE_HOURS`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import duckdb
import pyarrow as pa

from perennial.foundation import clock
from perennial.lake.engine import new_engine
from perennial.lake.exporting import all_sources, schema_of
from perennial.lake.files import current_rows, scan
from perennial.lake.layout import EVENTS
from perennial.lake.models import Erasure
from perennial.lake.place import root_url
from perennial.lake.store import Store
from perennial.lake.writer import sole_writer

GRACE_HOURS = 2  # longer than the longest query
FEW_FILES = 20
_TARGET_SIZE = 128 * 1024 * 1024


def compact(*, at_once: bool = False) -> int:
    """Join small files; of records and facts keep the latest version of each row. The number of tables rewritten.

    A table that is in good order is left alone, unless `at_once`.
    """
    done = 0
    for source in all_sources():
        with sole_writer(patient=True):
            store = Store(root_url(), source, schema_of(source))
            done += (source.is_watched and _settle(store, at_once)) or _join_files(store, at_once)
    return done


def sort_events(*, at_once: bool = False) -> bool:
    """Put the events in the order in which they happened, so that a question about last month reads last month.

    Only when a quarter of them came since the last time: a table twice as long is sorted half as often.
    """
    with sole_writer(patient=True):
        store = Store(root_url(), EVENTS, schema_of(EVENTS))
        count = store.row_count()
        if not count or (not at_once and count * 3 <= store.sorted_rows() * 4):
            return False
        with _spilling_engine() as engine:
            question = f"SELECT * FROM {scan(engine, store.table, 'events')} ORDER BY occurred_at, id"
            store.replace(_stream(engine, question, store.schema), sorted_rows=count)
        return True


def remove_old_files(*, grace_hours: float = GRACE_HOURS) -> int:
    """Take the files that no table names any more from the disk. What was erased before is gone then."""
    started = clock.real_now()
    removed = 0
    for source in all_sources():
        with sole_writer(patient=True):
            removed += Store(root_url(), source, schema_of(source)).remove_old_files(grace_hours)
    Erasure.objects.filter(done_at__lt=started - timedelta(hours=grace_hours)).delete()
    return removed


def _join_files(store: Store, at_once: bool) -> bool:
    if len(store.table.file_uris()) <= (1 if at_once else FEW_FILES):
        return False
    done = store.table.optimize.compact(target_size=_TARGET_SIZE, max_concurrent_tasks=1)
    return bool(done["numFilesRemoved"])


def _settle(store: Store, at_once: bool) -> bool:
    """Keep of each row only the latest version, once a fifth of all are not known to be that."""
    source = store.source
    with _spilling_engine() as engine:
        files = scan(engine, store.table, source.name)
        row = engine.execute(f"SELECT count(*), count(*) FILTER (NOT _settled) FROM {files}").fetchone()
        count, fresh = row or (0, 0)
        if not fresh or (not at_once and fresh * 5 < count):
            return False
        engine.execute(f"CREATE VIEW current AS {current_rows(files, source.id)}")
        store.replace(_stream(engine, "SELECT * REPLACE (TRUE AS _settled) FROM current", store.schema))
    return True


def _stream(engine: duckdb.DuckDBPyConnection, question: str, schema: pa.Schema) -> pa.RecordBatchReader:
    reader = engine.sql(question).to_arrow_reader(100_000)
    return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in reader))


@contextmanager
def _spilling_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Sorts more than fits into memory by way of the disk."""
    with tempfile.TemporaryDirectory(prefix="perennial-lake-") as folder, new_engine() as engine:
        engine.execute(f"SET temp_directory = '{folder}'")
        engine.execute("SET preserve_insertion_order = true")
        yield engine
