"""One supervisor for each data folder: a lock that dies with its process, and says where the first one answers."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Running:
    pid: int
    url: str


class AlreadyRunning(Exception):
    def __init__(self, running: Running) -> None:
        super().__init__(f"Perennial is already running at {running.url} (process {running.pid}).")
        self.running = running


class HomeLock:
    """Held for as long as the object lives."""

    def __init__(self, home: Path) -> None:
        self.path = home / "perennial.lock"
        self._file: IO[str] | None = None

    def take(self, url: str) -> None:
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_read(file.read())) from None
        self._file = file
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "url": url}) + "\n")
        file.flush()

    def release(self) -> None:
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate(0)
            self._file.close()
            self._file = None


def running(home: Path) -> Running | None:
    """The supervisor that holds this data folder, if one does."""
    try:
        file = (home / "perennial.lock").open("r")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        except BlockingIOError:
            return _read(file.read())


def _read(text: str) -> Running:
    try:
        found = json.loads(text)
        return Running(int(found["pid"]), str(found["url"]))
    except (ValueError, KeyError):  # taken, but not yet written
        return Running(0, "an address not known yet")
