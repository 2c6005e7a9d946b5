"""How far an export is."""

from __future__ import annotations

from dataclasses import dataclass


class Stopped(Exception):
    """Somebody stopped the export while it was written."""


@dataclass(slots=True)
class Progress:
    """Counted by whoever writes, looked at by whoever waits."""

    rows: int = 0
    is_stopped: bool = False

    def add(self, rows: int) -> None:
        self.rows += rows
        if self.is_stopped:
            raise Stopped
