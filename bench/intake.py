"""How many events a second the intake makes durable, beside bare COPY into the same indexed table in the same run.

    .venv/bin/python bench/intake.py [--events 100000] [--before 500000] [--connections 16]

A database of its own is made and thrown away, with the settings of a real one (fsync on). The server runs in a
process of its own, as the front does; requests hold 100 events and are encoded before the clock starts.
"""

# ruff: noqa: PLC0415, T201 - Django is set up before anything of ours is loaded; printing is what this is for

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

PEOPLE = 20_000
BATCH = 100
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--before", type=int, default=500_000, help="events that are in the table already")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        _serve(chosen.serve)
        return
    with _database():
        _measure(chosen.events, chosen.before, chosen.connections)


@contextmanager
def _database() -> Iterator[None]:
    from perennial.server import postgres

    home = Path(tempfile.mkdtemp(prefix="perennial-bench-"))
    home.chmod(0o711)
    cluster = postgres.cluster(home)
    try:
        postgres.start(cluster)
        os.environ |= {"DATABASE_URL": cluster.address.url, "PERENNIAL_HOME": str(home / "home")}
        _set_up()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield
    finally:
        postgres.stop(cluster)
        shutil.rmtree(home, ignore_errors=True)


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perennial.server.settings")
    django.setup()


def _serve(port: int) -> None:
    import asyncio
    import gc

    _set_up()
    from perennial.customers.intake.app import Intake
    from perennial.customers.intake.tests.serving import serve

    gc.freeze()  # as the front does
    asyncio.run(serve(Intake(), port, asyncio.Event()))


def _measure(events: int, before: int, connections: int) -> None:
    from django.db import connection

    from perennial.customers.intake.tests.serving import free_port, make_key, wait_for
    from perennial.foundation.sql import execute, fetch_one
    from perennial.timeline.partitions import prepare_for

    now = datetime.now(UTC)
    prepare_for(now - timedelta(days=60), now)
    random.seed(1)
    _fill(before, now)
    execute("ANALYZE")
    _, secret = make_key()
    port = free_port()
    server = subprocess.Popen([sys.executable, __file__, "--serve", str(port)])
    try:
        wait_for(port)
        post = poster(port, secret, connections)
        post([body(identify(number) for number in range(start, start + BATCH)) for start in range(0, 2000, BATCH)])
        rate = post(
            [body(identify(number) for number in range(start, start + BATCH)) for start in range(2000, 12_000, BATCH)]
        )
        print(f"identify, new people:      {rate:10,.0f}/s")
        rate = post(
            [
                body(identify(number, city="Almaty") for number in range(start, start + BATCH))
                for start in range(2000, 12_000, BATCH)
            ]
        )
        print(f"identify, people changed:  {rate:10,.0f}/s")
        post([body(track() for _ in range(BATCH)) for _ in range(PEOPLE // BATCH)])
        rates, bare = [], []
        for _ in range(ROUNDS):  # by turns, so that whatever else the machine does falls on both
            bodies = [body(track() for _ in range(BATCH)) for _ in range(events // BATCH // ROUNDS)]
            rates.append(post(bodies))
            bare.append(bare_copy(events // ROUNDS, now))
        again = post(bodies)
        stored = fetch_one("SELECT count(*) FROM timeline_event WHERE source = 'Shop'") or (0,)
    finally:
        server.terminate()
        server.wait(20)
    rate, yardstick = median(rates), median(bare)
    print(f"track:                     {rate:10,.0f}/s, {rate / yardstick:.2f} of bare COPY ({stored[0]} stored)")
    print(f"the same again, dropped:   {again:10,.0f}/s")
    print(f"bare COPY, {BATCH} at a time: {yardstick:12,.0f}/s")
    connection.close()


def _fill(count: int, now: datetime) -> None:
    from perennial.foundation.sql import execute

    execute("INSERT INTO customers_profile (id, kind) SELECT n, 'user' FROM generate_series(1000001, 1020000) n")
    execute(
        "INSERT INTO timeline_event (id, occurred_at, known_at, profile_id, type, properties)"
        " SELECT gen_random_uuid(), %s - random() * interval '50 days', %s, 1000001 + random() * 19998,"
        ' \'custom.viewed\', \'{"sku": "A-1", "price": 12.5}\' FROM generate_series(1, %s)',
        [now, now, count],
    )


def bare_copy(count: int, now: datetime, profiles: tuple[int, int] = (1_000_001, 1_020_000)) -> float:
    """Rows like those that the intake writes, `BATCH` to a transaction."""
    import psycopg

    from perennial.foundation.ids import uuid7

    rows = [
        (
            uuid7(),
            now,
            now,
            now.isoformat(),
            random.randint(*profiles),
            "custom.order_completed",
            "Shop",
            "",
            "key:1",
            json.dumps(track()["properties"]),
        )
        for _ in range(count)
    ]
    columns = "id, occurred_at, known_at, client_timestamp, profile_id, type, source, channel, actor, properties"
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        started = time.perf_counter()
        for start in range(0, count, BATCH):
            with connection.cursor().copy(f"COPY timeline_event ({columns}) FROM STDIN") as copy:
                for row in rows[start : start + BATCH]:
                    copy.write_row(row)
            connection.commit()
        return count / (time.perf_counter() - started)


def track() -> dict[str, object]:
    return {
        "type": "track", "userId": f"user-{random.randrange(PEOPLE)}", "event": "Order Completed",
        "messageId": str(uuid.uuid4()), "timestamp": datetime.now(UTC).isoformat(),
        "properties": {"order_id": str(random.randrange(10**9)), "total": 99.5, "currency": "GBP", "coupon": "SPRING",
                       "products": [{"sku": "85123A", "quantity": 6, "price": 2.55}]},
        "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
    }  # fmt: skip


def identify(number: int, *, city: str = "London") -> dict[str, object]:
    return {
        "type": "identify", "userId": f"user-{number}", "anonymousId": f"device-{number}",
        "messageId": str(uuid.uuid4()), "timestamp": datetime.now(UTC).isoformat(),
        "traits": {"name": f"Person Number{number}", "email": f"person{number}@example.com",
                   "address": {"country": "GB", "city": city}, "plan": "free"},
        "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
    }  # fmt: skip


def body(calls: Iterator[dict[str, object]]) -> bytes:
    return json.dumps({"batch": list(calls), "sentAt": datetime.now(UTC).isoformat()}).encode()


def poster(port: int, secret: str, connections: int) -> Callable[[Sequence[bytes]], float]:
    """Posts bodies over kept connections; events a second."""
    credentials = base64.b64encode(f"{secret}:".encode()).decode()
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credentials}\r\nContent-Length: "

    def post(bodies: Sequence[bytes]) -> float:
        waiting, bad = iter(bodies), []
        lock = threading.Lock()

        def send() -> None:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                while True:
                    with lock:
                        body = next(waiting, None)
                    if body is None:
                        return
                    connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
                    answer = connection.recv(65536)
                    if b" 200 " not in answer[:15]:
                        bad.append(answer)
                        return

        threads = [threading.Thread(target=send) for _ in range(connections)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if bad:
            sys.exit(f"The intake answered: {bad[0]!r}")
        return len(bodies) * BATCH / (time.perf_counter() - started)

    return post


if __name__ == "__main__":
    main()
