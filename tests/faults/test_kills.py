"""kill -9 on every part while a file is imported, clients send events, the lake is written and stages are computed:
nothing that was acknowledged is lost, and nothing is doubled."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import psutil
import psycopg
import pytest

from perennial.server.addresses import parse
from tests.architecture.source import ROOT
from tests.faults.senders import Sender
from tests.processes.running import Running, running, start, wait_for

pytestmark = pytest.mark.slow

SAMPLE = ROOT / "sample" / "online_retail.parquet"
ROWS = 30_000
PARTS = ("worker", "database", "front", "supervisor", "worker", "database")
SEED = 2026
ORDERS = """SELECT o.number, o.kind, o.placed_at, o.total, o.line_count, c.external_id, f.order_count, f.spent
    FROM commerce_order o LEFT JOIN customers_customer c ON c.id = o.customer_id
    LEFT JOIN commerce_customer_facts f ON f.customer_id = c.id ORDER BY o.number"""
LINES = """SELECT o.number, p.sku, l.kind, l.description, l.quantity, l.unit_price, l.amount
    FROM commerce_order_line l JOIN commerce_order o ON o.id = l.order_id JOIN commerce_product p ON p.id = l.product_id
    ORDER BY 1, 2, 3, 4, 5, 6, 7"""
CUSTOMERS = """SELECT c.external_id, c.kind, c.name, c.country, c.stage, c.standing, c.worth
    FROM customers_customer c WHERE c.external_id IS NOT NULL AND c.external_id NOT LIKE 'visitor-%' ORDER BY 1"""
SKIPPED = "SELECT number, code FROM objects_import_skipped ORDER BY 1"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("faults") / "orders.parquet"
    duckdb.sql(f"COPY (SELECT * FROM '{SAMPLE}' LIMIT {ROWS}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def undisturbed(file: Path) -> list[list[tuple[Any, ...]]]:
    with running() as it:
        asked(it, "queue", str(file))
        wait_for(lambda: position(it)[1] == "done", patience=120)
        wait_for(lambda: "came out the same" in it.command("rebuild", "--check", check=False), patience=60)
        return imported(it)


def test_kills_lose_nothing_and_double_nothing(file: Path, undisturbed: list[list[tuple[Any, ...]]]) -> None:
    chance = Random(SEED)
    moments = sorted(chance.sample(range(ROWS // 20, ROWS * 9 // 10), len(PARTS)))
    with running() as it:
        write_key = it.command("key", "create", "--name", "site", "--intake").splitlines()[-1]
        with sending(it, write_key) as senders:
            asked(it, "queue", str(file))
            for moment, part in zip(moments, PARTS, strict=True):
                wait_for(lambda moment=moment: position(it)[0] >= moment, patience=150)
                kill(it, part)
            wait_for(lambda: position(it)[1] == "done", patience=150)
            wait_for(lambda: it.status("/healthz") == 200)
        assert sum(sender.retries for sender in senders) > 0, "the kills were not noticed"
        assert stored(it) == sorted(set[str]().union(*(sender.acknowledged for sender in senders)))
        wait_for(lambda: "came out the same" in it.command("rebuild", "--check", check=False), patience=60)
        assert imported(it) == undisturbed
        wait_for(lambda: all(there == here for there, here in lake(it).values()), patience=60)


@contextmanager
def sending(it: Running, write_key: str) -> Iterator[list[Sender]]:
    senders = [Sender(f"sender-{number}", it.port, write_key) for number in range(3)]
    for sender in senders:
        sender.start()
    yield senders
    for sender in senders:
        sender.stopping.set()
    for sender in senders:
        sender.join(30)
    assert not any(sender.is_alive() for sender in senders)


def kill(it: Running, part: str) -> None:
    """What is not up just now, because of the kill before, is waited for."""
    if part == "supervisor":
        it.process.send_signal(signal.SIGKILL)
        it.process.wait()
        wait_for(lambda: not any(it_runs(it, name) for name in ("front", "worker")))
        it.process = start(it.home, it.port).process
    elif part == "database":
        wait_for(lambda: postmaster(it))
        victim = postmaster(it)
        victim.kill()
        wait_for(lambda: (now := postmaster(it)) and now.pid != victim.pid)
    else:
        wait_for(lambda: it.part(part))
        it.part(part).kill()


def it_runs(it: Running, name: str) -> bool:
    """A part whose supervisor is gone has another parent."""
    words = ["-m", "perennial.server.run", name]
    for process in psutil.process_iter(["cmdline"]):
        try:
            if (process.info["cmdline"] or [])[1:] == words and process.environ().get("PERENNIAL_HOME") == str(it.home):
                return process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
    return False


def postmaster(it: Running) -> psutil.Process | None:
    try:
        return it.database()
    except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        return None


def fetch(it: Running, question: str) -> list[tuple[Any, ...]]:
    address = parse((it.home / "postgres" / "address").read_text().strip())
    with psycopg.connect(address.url) as connection:
        return connection.execute(question).fetchall()


def position(it: Running) -> tuple[int, str]:
    """How far the import is; while the database is away, nowhere."""
    try:
        return fetch(it, "SELECT position, status FROM objects_import")[0]
    except (psycopg.OperationalError, FileNotFoundError):
        return 0, ""


def stored(it: Running) -> list[str]:
    return sorted(
        id for (id,) in fetch(it, "SELECT properties->>'id' FROM timeline_event WHERE type = 'custom.counted'")
    )


def imported(it: Running) -> list[list[tuple[Any, ...]]]:
    return [fetch(it, question) for question in (ORDERS, LINES, CUSTOMERS, SKIPPED)]


def asked(it: Running, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.asked", *words],
        cwd=ROOT, env=it.environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lake(it: Running) -> dict[str, list[int]]:
    found: dict[str, list[int]] = json.loads(asked(it, "lake").splitlines()[-1])
    return found
