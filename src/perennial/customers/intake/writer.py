"""The one writer: a thread that commits whatever is waiting, together, and tells each request when it is safe."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from django.db import DatabaseError, DataError, IntegrityError, connection

from perennial.customers.intake import counters, quarantine, received
from perennial.customers.intake.reasons import Refusal
from perennial.customers.intake.storing import Item, store
from perennial.timeline.partitions import prepare_ahead

# COPY goes past Django, which wraps all other errors in classes of its own.
_DATA = (DataError, psycopg.DataError)
_INTEGRITY = (IntegrityError, psycopg.IntegrityError)
_DATABASE = (DatabaseError, psycopg.Error)
log = logging.getLogger(__name__)

GROUP_EVENTS = 4_000  # a commit holds no more, so that nobody waits for long
MOST_WAITING = 40_000  # events; beyond them clients are asked to come again
MOST_WAITING_BYTES = 64 * 1024 * 1024
PATIENCE = 8.0  # seconds for which storing is tried again when the database is away
LINGER = 0.01  # seconds that a group waits for those who came together the last time
_UPKEEP_SECONDS = 600.0


class Busy(Exception):
    """Too much is waiting, or the writer is going away."""


class Unavailable(Exception):
    """The database did not take it. Nothing is lost: the client sends it again."""


@dataclass(slots=True)
class Request:
    """The events of one request; `done` is resolved on its own loop after the commit."""

    items: list[Item]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]

    @property
    def size(self) -> int:
        return sum(len(item.raw) for item in self.items)


@dataclass
class Writer:
    """Started by the first request, stopped by `stop`, which lets everything that waits be committed first."""

    _waiting: deque[Request] = field(default_factory=deque)
    _events: int = 0
    _bytes: int = 0
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _is_stopping: bool = False
    _months: set[tuple[int, int]] = field(default_factory=set)
    _upkeep_at: float = float("-inf")
    _last_group: int = 0  # requests

    async def submit(self, items: list[Item]) -> None:
        """Returns when all of it is committed."""
        loop = asyncio.get_running_loop()
        request = Request(items, loop, loop.create_future())
        with self._wake:
            is_full = self._events + len(items) > MOST_WAITING or self._bytes + request.size > MOST_WAITING_BYTES
            if self._is_stopping or (is_full and self._waiting):
                raise Busy
            self._waiting.append(request)
            self._events += len(items)
            self._bytes += request.size
            counters.WAITING.set(self._events)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
                self._thread.start()
            self._wake.notify()
        await request.done

    async def stop(self) -> None:
        with self._wake:
            self._is_stopping = True
            thread = self._thread
            self._wake.notify()
        if thread is not None:
            await asyncio.to_thread(thread.join)

    def _run(self) -> None:
        try:
            while group := self._next_group():
                self._commit(group)
        finally:
            connection.close()

    def _next_group(self) -> list[Request]:
        """What is waiting now, up to the limit; nothing when it is time to stop."""
        with self._wake:
            while not self._waiting and not self._is_stopping:
                self._wake.wait()
            # Clients answered together come back together; without this every other group would hold the first alone.
            if self._last_group > 1 and not self._is_stopping:
                self._wake.wait_for(lambda: len(self._waiting) >= self._last_group or self._is_stopping, LINGER)
            group: list[Request] = []
            events = 0
            while self._waiting and (not group or events + len(self._waiting[0].items) <= GROUP_EVENTS):
                request = self._waiting.popleft()
                group.append(request)
                events += len(request.items)
                self._bytes -= request.size
            self._last_group = len(group)
            self._events -= events
            counters.WAITING.set(self._events)
            return group

    def _commit(self, group: Sequence[Request]) -> None:
        started = time.perf_counter()
        items = [item for request in group for item in request.items]
        error: Exception | None = None
        try:
            self._store_with_patience(items)
        except Exception as failure:  # nothing may end the writer: the next group may fare better
            log.exception("A group of %d events could not be stored; its senders are asked to come again.", len(items))
            connection.close()
            error = Unavailable(str(failure))
        counters.GROUP.observe(len(items))
        counters.COMMIT.observe(time.perf_counter() - started)
        for loop in {request.loop for request in group}:
            theirs = [request for request in group if request.loop is loop]
            try:
                loop.call_soon_threadsafe(_resolve, theirs, error)
            except RuntimeError:  # the loop is closed: nobody waits any more
                log.warning("The front went away before its answer.")

    def _store_with_patience(self, items: Sequence[Item]) -> None:
        """Again, when the database was away or another transaction was in the way. What a lost connection may have
        committed is recognised as received, so that a second attempt doubles nothing."""
        deadline = time.monotonic() + PATIENCE
        pause = 0.02
        while True:
            try:
                self._keep_house()
                self._store(items, attempts=2)
                return
            except (*_DATA, *_INTEGRITY):
                raise
            except _DATABASE as failure:
                connection.close()
                if time.monotonic() + pause > deadline:
                    raise
                log.warning("Storing is tried again: %s", failure)
            time.sleep(pause)
            pause = min(1.0, pause * 2)

    def _store(self, items: Sequence[Item], *, attempts: int) -> None:
        """What the database refuses is narrowed down by halves to the one event it refuses; all others are stored."""
        try:
            store(items, months=self._months)
        except _INTEGRITY:  # most likely somebody else has just made the same customer
            if attempts > 1:
                self._store(items, attempts=attempts - 1)
            else:
                self._halve(items)
        except _DATA:
            self._halve(items)

    def _halve(self, items: Sequence[Item]) -> None:
        if len(items) > 1:
            middle = len(items) // 2
            self._store(items[:middle], attempts=2)
            self._store(items[middle:], attempts=2)
        elif items[0].call is None:
            raise DataError("A refused event cannot even be kept.")
        else:
            log.exception("The database refuses an event that looked sound.")
            items[0].call, items[0].refusal = None, Refusal("not_storable")
            self._store(items, attempts=1)

    def _keep_house(self) -> None:
        """Parts for the days and months to come, and away with what is past; now and then, between two groups."""
        now = time.monotonic()
        if now - self._upkeep_at > _UPKEEP_SECONDS:
            received.rotate()
            prepare_ahead()
            quarantine.trim()
            self._upkeep_at = now


def _resolve(group: Sequence[Request], error: Exception | None) -> None:
    for request in group:
        if request.done.done():  # the client went away meanwhile
            continue
        if error is None:
            request.done.set_result(None)
        else:
            request.done.set_exception(error)
