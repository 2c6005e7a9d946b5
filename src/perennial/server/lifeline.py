"""The pipe by which a part learns that its supervisor is gone, even by kill -9: the pipe then ends."""

from __future__ import annotations

import os
import signal
import threading

VARIABLE = "PERENNIAL_LIFELINE"


def end_with_supervisor() -> None:
    """Ask ourselves to stop when the supervisor ends; without one, do nothing."""
    descriptor = os.environ.pop(VARIABLE, "")
    if descriptor:
        threading.Thread(target=_watch, args=(int(descriptor),), name="lifeline", daemon=True).start()


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)  # nobody ever writes: it returns when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)
