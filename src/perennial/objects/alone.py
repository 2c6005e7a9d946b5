"""One worker at a time, for as long as its session lives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from perennial.foundation.sql import fetch


@contextmanager
def alone(lock: int, number: int, *, patience: float = 0.0) -> Iterator[bool]:
    """Whether this session holds the advisory lock within. It ends with a worker that is killed, which the database
    may take a while to see: hence the patience, in seconds."""
    deadline = time.monotonic() + patience
    while not (is_mine := bool(fetch("SELECT pg_try_advisory_lock(%s, %s)", [lock, number])[0][0])):
        if time.monotonic() > deadline:
            break
        time.sleep(0.25)
    try:
        yield is_mine
    finally:
        if is_mine:
            fetch("SELECT pg_advisory_unlock(%s, %s)", [lock, number])
