"""A simulated deployment of one size: made once and kept, then run as anybody would run it."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg

from bench.asking import Client, timed
from bench.figures import Figure

COMMAND = Path(sys.executable).with_name("perennial")
PATIENCE = 3600.0
T = TypeVar("T")


@dataclass
class Deployment:
    people: int
    events: int
    home: Path
    port: int = 0
    first_page: float = 0.0  # seconds from its start to the first page
    session: str = ""
    api_key: str = ""
    write_key: str = ""
    process: subprocess.Popen[bytes] | None = None
    random: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "LAKE_URL")}
        return kept | {"PERENNIAL_HOME": str(self.home), "PORT": str(self.port), "PUBLIC_URL": "", "LOG_LEVEL": "ERROR"}

    @property
    def database(self) -> str:
        return (self.home / "postgres" / "address").read_text().strip()

    def browser(self) -> Client:
        return Client(self.port, {"Cookie": f"perennial_session={self.session}", "Accept-Encoding": "gzip"})

    def program(self) -> Client:
        return Client(self.port, {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"})

    def run(self, *words: str) -> str:
        """A `perennial` command for this deployment; what it printed."""
        done = subprocess.run([COMMAND, *words], env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    def inside(self, *words: str) -> Any:
        """What `bench.inside`, run with this deployment's Django, says in JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.inside", *words], env=self.environment, stdout=subprocess.PIPE, text=True,
            check=True, cwd=Path(__file__).resolve().parent.parent,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])

    def fetch(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(statement, params).fetchall()  # type: ignore[arg-type]

    def execute(self, statements: str) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(statements)  # type: ignore[arg-type]

    def repeat(self, statement: str, params: Sequence[Sequence[Any]]) -> list[float]:
        """Seconds of a bare statement, once for each set of parameters, over one connection; the first three unread."""
        with psycopg.connect(self.database, autocommit=True) as connection:

            def ask(values: Sequence[Any]) -> float:
                return timed(lambda: connection.execute(statement, values).fetchall())  # type: ignore[arg-type]

            for values in params[:3]:
                ask(values)
            return [ask(values) for values in params]

    def settle(self) -> float:
        """Wait until nothing is left to do in the background; seconds."""
        started = time.monotonic()
        while waiting := self._waiting():
            if time.monotonic() - started > PATIENCE:
                raise TimeoutError(f"Still waiting after {PATIENCE:.0f} s: {waiting}")
            time.sleep(0.5)
        return time.monotonic() - started

    def _waiting(self) -> str:
        """What the consumers of the logs still have before them."""
        for log, id_type, source in (("timeline_event", "uuid", "event"), ("timeline_change", "bigint", "change")):
            behind = self.fetch(
                f"SELECT 'lake' FROM lake_progress p WHERE source = '{source}' AND EXISTS (SELECT FROM {log} WHERE"
                f" (xid, id) > (p.xid::text::xid8, p.row_id::{id_type}))"
                f" UNION ALL SELECT name FROM timeline_consumer c WHERE log = '{log}' AND EXISTS (SELECT FROM {log}"
                f" WHERE (xid, id) > (c.xid, c.row_id::{id_type}))"
                f" UNION ALL SELECT 'lake' WHERE NOT EXISTS (SELECT FROM lake_progress WHERE source = '{source}')"
            )
            if behind:
                return f"{behind[0][0]} of {log}"
        due = self.fetch("SELECT 1 FROM lifecycle_state WHERE next_flip_at <= now() LIMIT 1")
        return "the calendar" if due else ""


def deployment(people: int, events: int, root: Path) -> Deployment:
    """The one that is kept for this size, made when it is missing."""
    found = Deployment(people, events, root / str(people), free_port())
    if not list(found.home.glob("truth/*/model.json")):
        subprocess.run(
            [COMMAND, "simulate", "--people", str(people), "--events", str(events)], env=found.environment, check=True
        )
    return found


@contextmanager
def running(it: Deployment) -> Iterator[Deployment]:
    """Up and answering, with somebody who looks at it and keys for programs; stopped and cleaned afterwards."""
    kept = it.home / "bench-marks.json"
    if kept.exists():  # a run that was broken off
        it.inside("clean", kept.read_text())
    with start(it):
        given = it.inside("enter")
        it.session, it.api_key, it.write_key = given["session"], given["api_key"], given["write_key"]
        kept.write_text(json.dumps(_marks(it)))
        try:
            yield it
        finally:
            stop(it)
            it.inside("clean", kept.read_text())
            kept.unlink()


@contextmanager
def start(it: Deployment) -> Iterator[None]:
    it.home.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (it.home / "bench.log").open("ab") as log:
        it.process = subprocess.Popen([COMMAND, "up"], env=it.environment, stdout=log, stderr=log)
    try:
        while not _answers(it):
            if it.process.poll() is not None:
                raise RuntimeError(f"It did not start; see {it.home / 'bench.log'}.")
            time.sleep(0.05)
        it.first_page = time.monotonic() - started
        yield
    finally:
        stop(it)


def stop(it: Deployment) -> None:
    if it.process is not None and it.process.poll() is None:
        it.process.terminate()
        it.process.wait(60)


def family(it: Deployment) -> list[psutil.Process]:
    """Every process of it: the supervisor, the parts, the database."""
    assert it.process is not None
    root = psutil.Process(it.process.pid)
    found = [root, *root.children(recursive=True)]
    lines = it.fetch("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
    pid = int((Path(lines[0][0]) / "postmaster.pid").read_text().split()[0])
    if pid not in {process.pid for process in found}:
        database = psutil.Process(pid)
        found += [database, *database.children(recursive=True)]
    return found


def processor_seconds(it: Deployment) -> float:
    """What answering has cost so far: all processes but the worker, which has work of its own."""
    total = 0.0
    for process in family(it):
        with suppress(psutil.NoSuchProcess):
            if process.cmdline()[-1:] != ["worker"]:
                spent = process.cpu_times()
                total += spent.user + spent.system
    return total


def costs(it: Deployment, name: str, requests: int, act: Callable[[], T]) -> tuple[T, Figure]:
    """What comes out, and milliseconds of processor a request: hardly touched by what else the machine does."""
    before = processor_seconds(it)
    found = act()
    return found, Figure(f"{name}, processor time", (processor_seconds(it) - before) / requests * 1000, "ms")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(it: Deployment) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{it.port}/sign-in/", timeout=30) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _marks(it: Deployment) -> dict[str, int]:
    """The last ids before anything was measured: what comes later is removed."""
    tables = ("customers_customer", "customers_profile", "customers_task", "commerce_product", "commerce_order",
              "timeline_change")  # fmt: skip
    return {table: it.fetch(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0] for table in tables}
