"""The worker: background jobs of the queue, and the loops of live processing and lake export, in one process.

Only one worker works at a time: it holds an advisory lock. So whatever the queue shows as running when a worker
starts was left behind by one that was killed, and is started again at once.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from perennial.foundation.sql import fetch
from perennial.lake import loops as lake_loops  # noqa: F401 - declares the loop; no other process loads the engines
from perennial.server.loops import start_loops

WORKING = 7_250_002  # advisory lock
PATIENCE = 15.0
log = logging.getLogger(__name__)


def main() -> None:
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    turn = take_turn(stopping)
    if turn is None:
        return
    with turn:
        threads = start_loops(stopping)
        asyncio.run(_work(stopping, turn))
        stopping.set()
        deadline = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(0.1, deadline - time.monotonic()))


def take_turn(stopping: threading.Event) -> psycopg.Connection[Any] | None:
    """The connection that holds the lock, once no other worker does. None when told to stop before."""
    keeper = psycopg.connect(**(connector_params() | {"autocommit": True}))
    has_waited = False
    while not stopping.is_set():
        row = keeper.execute("SELECT pg_try_advisory_lock(%s)", [WORKING]).fetchone()
        if row and row[0]:
            return keeper
        if not has_waited:
            log.warning("Another worker is at work on this database. Waiting for it to end.")
            has_waited = True
        stopping.wait(0.5)
    keeper.close()
    return None


async def _work(stopping: threading.Event, turn: psycopg.Connection[Any]) -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await asyncio.to_thread(requeue_left_behind)
        work = asyncio.create_task(
            worker_app.run_worker_async(
                name="perennial",
                concurrency=settings.ENVIRONMENT.worker_jobs,
                install_signal_handlers=False,
                shutdown_graceful_timeout=PATIENCE - 5,
                fetch_job_polling_interval=10.0,
                delete_jobs="successful",
            )
        )
        last_look = time.monotonic()
        while not stopping.is_set() and not work.done():
            await asyncio.sleep(0.25)
            if time.monotonic() - last_look > 10:
                last_look = time.monotonic()
                await asyncio.to_thread(turn.execute, "SELECT 1")  # a lost lock ends this worker
        if work.done():
            work.result()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def requeue_left_behind() -> int:
    """Start jobs again that a killed worker left as running. Jobs are written to be run twice without harm."""
    found = fetch("SELECT id FROM procrastinate_jobs WHERE status = 'doing' ORDER BY id")
    for (job_id,) in found:
        fetch("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    if found:
        log.warning("Started %s jobs again that were cut off.", len(found))
    connection.close()
    return len(found)
