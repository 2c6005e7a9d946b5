"""A whole Perennial in a data folder of its own, started as a person would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

COMMAND = Path(sys.executable).with_name("perennial")


@dataclass
class Running:
    home: Path
    port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def part(self, name: str) -> psutil.Process | None:
        for child in psutil.Process(self.process.pid).children():
            if child.is_running() and child.status() != psutil.STATUS_ZOMBIE and child.cmdline()[-1:] == [name]:
                return child
        return None

    def database(self) -> psutil.Process:
        return psutil.Process(int((self.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0]))

    def command(self, *words: str, check: bool = True) -> str:
        """Run `perennial …` against this data folder; what it printed."""
        done = self.run(*words)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(question: Callable[[], object], *, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def start(home: Path, port: int, *, verb: str = "up") -> Running:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PERENNIAL_") and k != "DATABASE_URL"}
    environment = inherited | {"PERENNIAL_HOME": str(home), "PORT": str(port)}
    with (home / "output.txt").open("ab") as output:
        process = subprocess.Popen([COMMAND, verb], env=environment, stdout=output, stderr=output)
    return Running(home, port, process, environment)


@contextmanager
def running() -> Iterator[Running]:
    """Up and answering; stopped and removed afterwards, whatever happened."""
    home = Path(tempfile.mkdtemp(prefix="perennial-up-"))
    home.chmod(0o711)
    it = start(home, free_port())
    try:
        wait_for(lambda: it.status("/healthz") == 200, patience=120)
        yield it
    finally:
        if it.process.poll() is None:
            it.stop()
        end_what_is_left(home)
        shutil.rmtree(home, ignore_errors=True)


def end_what_is_left(home: Path) -> None:
    """A test that failed half way may leave a database behind."""
    try:
        lock = home / "perennial.lock"
        pid = json.loads(lock.read_text())["pid"] if lock.exists() and lock.read_text() else 0
        database = int((home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, ValueError):
        return
    for number in (pid, database):
        if number and psutil.pid_exists(number):
            psutil.Process(number).send_signal(signal.SIGINT)
