"""Runs the worker's endless loops, each in a thread, and writes down how they fare."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from django.db import connection, connections

from perennial.foundation import clock
from perennial.foundation.jobs import Loop, loops, prepare_work
from perennial.server.models import LoopState

WRITE_EVERY = 10.0
LONGEST_PAUSE = 30.0
log = logging.getLogger(__name__)


@dataclass
class LoopRunner:
    """One loop. A turn that raises is logged, shown and tried again after a pause; it never ends the process."""

    loop: Loop
    stopping: threading.Event
    failures: int = 0
    undelivered: int = 0  # done since the row was last written
    written_at: float = field(default=-WRITE_EVERY)

    def run(self) -> None:
        pause = 0.0
        while not self.stopping.wait(pause):
            pause = self.turn()
        connections.close_all()

    def turn(self) -> float:
        """One turn; how long to pause before the next."""
        try:
            prepare_work()
            done = self.loop.turn()
        except Exception as error:
            log.exception("The loop %s failed.", self.loop.name)
            self.failures += 1
            self._write(error=f"{type(error).__name__}: {error}")
            return min(LONGEST_PAUSE, max(self.loop.every, 0.5) * 2.0 ** min(self.failures, 6))
        finally:
            connection.close()  # back to the pool
        is_recovered, self.failures = self.failures > 0, 0
        self.undelivered += done
        if is_recovered or time.monotonic() - self.written_at >= WRITE_EVERY:
            self._write()
        return 0.0 if done else self.loop.every

    def _write(self, *, error: str = "") -> None:
        now = clock.real_now()
        try:
            state, _ = LoopState.objects.get_or_create(name=self.loop.name)
            state.last_turn_at = now
            state.failures = self.failures
            state.done += self.undelivered
            if self.undelivered:
                state.last_work_at = now
            if error:
                state.last_error, state.last_error_at = error[:2000], now
            state.save()
            self.undelivered = 0
            self.written_at = time.monotonic()
        except Exception:
            log.exception("The state of the loop %s could not be written.", self.loop.name)
        finally:
            connection.close()


def start_loops(stopping: threading.Event) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=LoopRunner(loop, stopping).run, name=loop.name, daemon=True) for loop in loops.values()
    ]
    for thread in threads:
        thread.start()
    return threads
