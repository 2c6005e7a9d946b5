"""The first export of everything into the lake: rows a second while nothing else is asked."""

from __future__ import annotations

import json
import time

import psycopg

from bench.deployment import Deployment
from bench.figures import Figure

READ = 300_000  # rows of the bare COPY


def first_export(it: Deployment, requests: int) -> list[Figure]:
    """Kept with the deployment, for it happens once; later runs tell what the first one found."""
    kept = it.home / "bench-lake.json"
    if not kept.exists():
        before, started = _exported(it), time.monotonic()
        it.settle()
        seconds = time.monotonic() - started
        kept.write_text(json.dumps({"rows": _exported(it) - before, "seconds": seconds}))
    it.settle()
    found = json.loads(kept.read_text())
    if found["seconds"] < 1:
        return []
    return [Figure("lake export, first of everything", found["rows"] / found["seconds"], "/s", more=True,
                   yardstick=_bare(it), yardstick_name="bare COPY of events TO STDOUT")]  # fmt: skip


def _exported(it: Deployment) -> int:
    return int(it.fetch("SELECT coalesce(sum(rows), 0) FROM lake_progress")[0][0])


def _bare(it: Deployment) -> float:
    with psycopg.connect(it.database, autocommit=True) as connection:
        started = time.perf_counter()
        with connection.cursor().copy(
            f"COPY (SELECT * FROM timeline_event ORDER BY xid, id LIMIT {READ}) TO STDOUT (FORMAT csv)"
        ) as copy:
            rows = sum(1 for _row in copy)
        return rows / (time.perf_counter() - started)
