"""The children of the supervisor, and when to start them again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from perennial.server.lifeline import VARIABLE

SHORTEST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
# Few arenas, and Arrow's memory among them: its own allocator keeps what an export of a million rows has needed.
MEMORY = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}


@dataclass
class Part:
    """A process of ours that runs for ever. It is started again when it dies: at once, then less and less eagerly."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = SHORTEST_PAUSE

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, lifeline: int) -> None:
        """`lifeline` is the end of the pipe that the part watches."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "perennial.server.run", self.name],
            stdin=subprocess.DEVNULL,
            env={**MEMORY, **os.environ, VARIABLE: str(lifeline)},
            pass_fds=[lifeline],
            start_new_session=True,  # Ctrl-C goes to the supervisor alone, which ends the parts in order
        )

    def plan_restart(self) -> float:
        """Called once for a part that died: seconds until it may start again."""
        lived = time.monotonic() - self.started_at
        self.pause = SHORTEST_PAUSE if lived > STEADY_AFTER else min(LONGEST_PAUSE, self.pause * 2)
        self.start_again_at = time.monotonic() + self.pause
        self.process = None
        return self.pause

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_for_end(self, deadline: float) -> bool:
        """Whether it ended by itself; past the deadline (monotonic) it is killed."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
            return True
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
