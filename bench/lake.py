"""How many events and records a second land in the lake, beside bare COPY out of the same table in the same run.

    .venv/bin/python bench/lake.py [--events 2000000] [--people 200000]

A database and a lake of their own are made and thrown away. Also measured: what the watch costs a bulk load and a bulk
update of customers, how long questions over the files take, and what upkeep takes.
"""

# ruff: noqa: PLC0415, T201 - Django is set up before anything of ours is loaded; printing is what this is for

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

EVENTS = """
INSERT INTO timeline_event (id, occurred_at, known_at, profile_id, type, source, channel, actor, properties)
SELECT (lpad(to_hex(n), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid, at, at, 1 + n * 7919 %% %(people)s,
       CASE n %% 5 WHEN 0 THEN 'commerce.order_placed' WHEN 1 THEN 'customers.called' ELSE 'web.page_viewed' END,
       'bench', 'web', 'system:0',
       CASE n %% 5
            WHEN 0 THEN jsonb_build_object('number', n::text, 'lines', n %% 9,
                 'total', jsonb_build_object('amount', (n %% 9000 / 100.0)::text, 'currency', 'GBP'))
            ELSE jsonb_build_object('url', 'https://example.com/p/' || n %% 5000, 'title', 'Gift number ' || n %% 5000)
       END
FROM generate_series(%(first)s::bigint, %(last)s) n,
     LATERAL (SELECT '2024-12-01'::timestamptz + n * 7919 %% 63072000 * interval '1 second' AS at)
"""
PEOPLE = """
INSERT INTO customers_customer (kind, name, sort_key, folded, grams, email, country, external_id, is_sample, custom,
                                version, created_at, updated_at)
SELECT 'person', 'Person ' || n, 'person ' || n, 'person ' || n, ARRAY[n %% 16777216, 7, 9], n || '@example.com', 'GB',
       n::text, false, '{}', 1, now(), now() FROM generate_series(%s, %s) n
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--people", type=int, default=200_000)
    chosen = parser.parse_args()
    with _database():
        _measure(chosen.events, chosen.people)


def _measure(events: int, people: int) -> None:
    from datetime import UTC, datetime

    from perennial.foundation.sql import execute, fetch
    from perennial.lake.copying import read
    from perennial.lake.exporting import Exporter, export_all
    from perennial.lake.layout import EVENTS as SOURCE
    from perennial.lake.place import root_url
    from perennial.lake.reader import open_lake
    from perennial.lake.upkeep import compact, remove_old_files, sort_events
    from perennial.lake.writer import sole_writer
    from perennial.timeline.partitions import prepare_for

    _watch_costs(people)
    export_all()
    prepare_for(datetime(2024, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC))
    for first in range(1, events, 500_000):
        last = min(first + 499_999, events)
        execute(EVENTS, {"first": first, "last": last, "people": people})
    execute("VACUUM ANALYZE timeline_event")
    columns = ", ".join(column.sql for column in SOURCE.columns)
    query = f"SELECT {columns} FROM timeline_event LIMIT 500000"
    _say("bare COPY out of the log", _timed(lambda: _drain(query)), 500_000)
    _say("COPY into Arrow", _timed(lambda: read(query, SOURCE.columns)), 500_000)
    before = _memory()
    _say("events landed in the lake", _timed(export_all), events)
    update = "UPDATE customers_customer SET version = version + 1"
    _say("all people updated", _timed(lambda: execute(update)), people)
    _say("their new versions landed", _timed(export_all), people)
    with sole_writer(patient=True):
        exporter = Exporter()
        exporter.turn()
        idle = _timed(lambda: [exporter.turn() for _ in range(20)]).processor / 20
        print(f"{'an idle turn':40}{idle * 1000:10.1f} ms of a processor")
    print(f"{'memory before, after':40}{before:10.0f} {_memory():.0f} MB")
    _ask()
    print(f"{'compaction':40}{_timed(lambda: compact(at_once=True)).clock:10.1f} s")
    _ask()
    print(f"{'sorting events':40}{_timed(lambda: sort_events(at_once=True)).clock:10.1f} s")
    _ask()
    size = sum(file.stat().st_size for file in Path(root_url()).rglob("*.parquet"))
    remove_old_files(grace_hours=0)
    kept = sum(file.stat().st_size for file in Path(root_url()).rglob("*.parquet"))
    print(f"{'on disk, after removing old files':40}{size / 1e6:10.0f} {kept / 1e6:.0f} MB")
    with open_lake() as lake:
        assert lake.sql("SELECT count(*), count(DISTINCT id) FROM events") == fetch(
            "SELECT count(*), count(*) FROM timeline_event"
        )
        assert lake.sql("SELECT count(*) FROM record_customers_customer") == [(people,)]


def _watch_costs(people: int) -> None:
    """Loading and updating people with the watch and without it."""
    from perennial.foundation.sql import execute

    best: dict[str, float] = {}
    for is_watched in (False, True) * 3:
        execute("TRUNCATE customers_customer CASCADE")
        for trigger in ("lake_changed", "lake_removed"):
            execute(f"ALTER TABLE customers_customer {'ENABLE' if is_watched else 'DISABLE'} TRIGGER {trigger}")
        execute("DROP INDEX IF EXISTS customers_customer_lake_xid")
        if is_watched:
            execute("CREATE INDEX customers_customer_lake_xid ON customers_customer (lake_xid, id)")
        how = "with the watch" if is_watched else "without"
        works: list[tuple[str, str, list[int], int]] = [("people loaded", PEOPLE, [1, people], people)]
        for column, what in (("version = version + 1", "unindexed"), ("stage = 'retention'", "indexed")):
            question = f"UPDATE customers_customer SET {column} WHERE id %% 4 = 0"
            works.append((f"{what} column updated", question, [], people // 4))
        for what, statement, params, count in works:
            spent = _timed(partial(execute, statement, params))
            best[f"{what} {how}"] = max(best.get(f"{what} {how}", 0), count / spent.processor)
            execute("VACUUM ANALYZE customers_customer")
    for what in sorted(best):
        print(f"{what:40}{best[what]:10,.0f} rows per processor second")


def _ask() -> None:
    from perennial.lake.properties import property_columns
    from perennial.lake.reader import open_lake

    total = property_columns()["total", "money"]
    questions = {
        "orders by month": f"SELECT date_trunc('month', occurred_at), count(*), sum({total}) FROM events"
        " WHERE type = 'commerce.order_placed' GROUP BY 1",
        "who ordered twice in 90 days": "SELECT count(*) FROM record_customers_customer WHERE id IN (SELECT"
        " profile_id FROM events WHERE type = 'commerce.order_placed' AND occurred_at > TIMESTAMPTZ '2026-09-01'"
        " GROUP BY 1"
        " HAVING count(*) >= 2)",
    }
    with open_lake() as lake:
        for name, question in questions.items():
            best = min(_timed(partial(lake.sql, question)).clock for _ in range(3))
            print(f"   {name:37}{best * 1000:10.0f} ms")


def _drain(query: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for _ in copy:
            pass


class Spent(NamedTuple):
    """Seconds by the clock, and of processors: ours and those of the database for us."""

    clock: float
    processor: float


def _timed(work: Callable[[], object]) -> Spent:
    started, processor = time.perf_counter(), _processor()
    work()
    return Spent(time.perf_counter() - started, max(_processor() - processor, 0.01))


def _processor() -> float:
    import psutil

    from perennial.foundation.sql import fetch

    theirs = psutil.Process(fetch("SELECT pg_backend_pid()")[0][0]).cpu_times()
    return time.process_time() + float(theirs.user + theirs.system)


def _say(what: str, spent: Spent, count: int) -> None:
    per_second, per_processor = count / spent.clock, count / spent.processor
    print(f"{what:40}{per_second:10,.0f} rows/s {per_processor:10,.0f} per processor second", flush=True)


def _memory() -> float:
    line = next(line for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


@contextmanager
def _database() -> Iterator[None]:
    from perennial.server import postgres

    home = Path(tempfile.mkdtemp(prefix="perennial-bench-"))
    home.chmod(0o711)
    cluster = postgres.cluster(home)
    try:
        postgres.start(cluster)
        os.environ |= {"DATABASE_URL": cluster.address.url, "PERENNIAL_HOME": str(home / "home")}
        from perennial.server.run import set_up

        set_up()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield
    finally:
        postgres.stop(cluster)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
