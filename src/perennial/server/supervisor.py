"""The process that `perennial up` becomes: database, migrations, then front and worker, until told to stop.

It imports no Django and waits in a sleep, so it costs next to nothing. A part or a database that dies is started
again. On SIGTERM or SIGINT the parts end first, then the database. If the supervisor itself is killed, the parts
notice (see `lifeline`) and end; the database stays, and the next start takes it over.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from perennial.server import postgres
from perennial.server.environment import Environment, WrongSetting, keep_private, make_home, read_environment
from perennial.server.home_lock import AlreadyRunning, HomeLock
from perennial.server.parts import Part

TICK = 0.25
PATIENCE = 20.0
ALREADY_RUNNING = 3


class CannotStart(Exception):
    """Something outside stands in the way; the message says what to do."""


class Supervisor:
    def __init__(self, environment: Environment, *, is_reloading: bool = False, is_demo: bool = False) -> None:
        self.environment = environment
        self.is_reloading = is_reloading
        self.is_demo = is_demo
        self.cluster = embedded_cluster(environment) if environment.is_embedded else None
        self.parts = (Part("front"), Part("worker"))
        self.stopping = threading.Event()
        self.lock = HomeLock(environment.home)
        self.lifeline: tuple[int, int] = (-1, -1)
        self.source = _newest_source() if is_reloading else 0.0
        self.next_look = 0.0

    def run(self) -> None:
        make_home(self.environment.home)
        keep_private(self.environment.home)
        self.lock.take(self.environment.local_url)
        self.lifeline = os.pipe()
        try:
            _refuse_taken_port(self.environment)
            with self._database():
                self._prepare()
                self._keep_running()
        finally:
            self.lock.release()

    def request_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    @contextmanager
    def _database(self) -> Iterator[None]:
        """Ours ends with us, even one that was running when we came; another's is left alone."""
        if self.cluster is None:
            yield
            return
        if self.cluster.is_elsewhere and self.cluster.account:
            say(
                f"The database is kept in {self.cluster.data}: the account {self.cluster.account.name}, under which it"
                f" runs, may not enter {self.environment.home}."
            )
        with postgres.running(self.cluster):
            try:
                yield
            finally:
                postgres.stop(self.cluster)

    def _keep_running(self) -> None:
        try:
            for part in self.parts:
                part.start(self.lifeline[0])
            threading.Thread(target=self._announce, daemon=True).start()
            while not self.stopping.wait(TICK):
                self._look_after()
        finally:
            self._stop_parts()

    def _prepare(self) -> None:
        """Migrations, static files and, for the demo, its data, in a process that is gone afterwards."""
        words = ["prepare", *(["--demo"] if self.is_demo else [])]
        done = subprocess.run([sys.executable, "-m", "perennial.server.run", *words], check=False)
        if done.returncode != 0:
            raise CannotStart("The database could not be brought up to date; the lines above say why.")

    def _look_after(self) -> None:
        if self.cluster and postgres.running_pid(self.cluster) is None:
            say("The database ended. Starting it again.")
            postgres.start(self.cluster)
        if self.is_reloading and time.monotonic() >= self.next_look:
            self._reload()
        for part in self.parts:
            if part.process is not None and not part.is_running:
                code = part.process.returncode
                pause = part.plan_restart()
                say(f"The {part.name} ended (code {code}). Starting it again in {pause:.1f} s.")
            elif part.process is None and time.monotonic() >= part.start_again_at:
                part.start(self.lifeline[0])

    def _reload(self) -> None:
        self.next_look = time.monotonic() + 1
        newest = _newest_source()
        if newest > self.source:
            self.source = newest
            say("The source changed. Starting the parts again.")
            for part in self.parts:
                part.ask_to_stop()
                part.wait_for_end(time.monotonic() + 5)
                part.start(self.lifeline[0])

    def _announce(self) -> None:
        """Print the address once pages are really served there."""
        ready = f"http://{_reach(self.environment.host)}:{self.environment.port}/readyz"
        pause = 0.1
        while not self.stopping.wait(pause):
            pause = min(2.0, pause * 1.2)
            try:
                with urllib.request.urlopen(ready, timeout=30):
                    answer(f"Perennial answers at {self.environment.local_url}")
                    self._show_link()
                    return
            except (urllib.error.URLError, OSError):
                continue

    def _show_link(self) -> None:
        """The sign-in link that preparing the demo left for us."""
        link = self.environment.home / "sign_in_link"
        if self.is_demo and link.exists():
            answer(f"Sign in once with {link.read_text().strip()}")
            link.unlink()

    def _stop_parts(self) -> None:
        deadline = time.monotonic() + PATIENCE
        for part in self.parts:
            part.ask_to_stop()
        for part in self.parts:
            if not part.wait_for_end(deadline):
                say(f"The {part.name} did not end in time and was killed.")


def embedded_cluster(environment: Environment) -> postgres.Cluster:
    return postgres.cluster(environment.home, account=environment.database_account, memory=environment.database_memory)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def answer(sentence: str) -> None:
    """What was asked for, for people and scripts alike; all else that we say goes to the standard error."""
    print(sentence, flush=True)  # noqa: T201


def main(arguments: Sequence[str] = ()) -> int:
    try:
        supervisor = Supervisor(read_environment(), is_reloading="--reload" in arguments, is_demo="--demo" in arguments)
        signal.signal(signal.SIGTERM, supervisor.request_stop)
        signal.signal(signal.SIGINT, supervisor.request_stop)
        supervisor.run()
    except AlreadyRunning as error:
        say(str(error))
        return ALREADY_RUNNING
    except (CannotStart, WrongSetting, postgres.DatabaseFailed) as error:
        say(str(error))
        return 1
    return 0


def _refuse_taken_port(environment: Environment) -> None:
    family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.host, environment.port))
        except OSError as error:
            raise CannotStart(
                f"Port {environment.port} of {environment.host} cannot be used: {error.strerror}. "
                f"Choose another one, for example PORT={environment.port + 1}."
            ) from None


def _reach(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104


def _newest_source() -> float:
    folder = Path(__file__).resolve().parent.parent
    return max((path.stat().st_mtime for path in folder.rglob("*.py")), default=0.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
