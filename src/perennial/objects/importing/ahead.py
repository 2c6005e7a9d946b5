"""Reading ahead: while the database writes a batch, a thread reads the next one.

The thread must not ask the database: it has no part in the transaction that is open. It takes over the context, so that
sentences come in the same language.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from queue import Full, Queue
from typing import Generic, TypeVar

T = TypeVar("T")
_LOOK_EVERY = 0.1  # seconds after which a thread that waits looks whether anybody still wants anything


@contextmanager
def read_ahead(source: Iterator[T]) -> Iterator[Iterator[T]]:
    """The same, one ahead. What the source raises is raised where it is asked for."""
    reading = _Reading(source)
    thread = threading.Thread(target=copy_context().run, args=[reading.run], daemon=True)
    thread.start()
    try:
        yield reading.taken()
    finally:
        reading.is_over.set()
        thread.join()


class _Reading(Generic[T]):
    def __init__(self, source: Iterator[T]) -> None:
        self.source = source
        self.is_over = threading.Event()
        self._handed: Queue[tuple[T] | BaseException | None] = Queue(maxsize=1)

    def run(self) -> None:
        try:
            for each in self.source:
                if not self._hand((each,)):
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised again, in the thread that asks
            self._hand(error)
        else:
            self._hand(None)

    def taken(self) -> Iterator[T]:
        while (found := self._handed.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found[0]

    def _hand(self, what: tuple[T] | BaseException | None) -> bool:
        while not self.is_over.is_set():
            try:
                self._handed.put(what, timeout=_LOOK_EVERY)
            except Full:
                continue
            return True
        return False
