"""Events at the intake of a whole deployment: durable, in requests of a hundred, beside bare COPY into the same log."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime
from statistics import median

from bench import intake
from bench.deployment import Deployment
from bench.figures import Figure

CONNECTIONS = 16
ROUNDS = 3


def intake_rates(it: Deployment, requests: int) -> list[Figure]:
    """By turns with the bare COPY, so that whatever else the machine does falls on both."""
    post = intake.poster(it.port, it.write_key, CONNECTIONS)
    people = max(1_000, requests * 20)
    intake.PEOPLE = people
    steps = range(0, people, intake.BATCH)
    identified = post([intake.body(intake.identify(start + n) for n in range(intake.BATCH)) for start in steps])
    it.settle()
    profiles = it.fetch("SELECT min(id), max(id) FROM customers_profile WHERE kind = 'user' AND created_at >"
                        " now() - interval '10 minutes'")[0]  # fmt: skip
    os.environ["DATABASE_URL"] = it.database
    events = requests * intake.BATCH // 2
    rates, bare = [], []
    for _round in range(ROUNDS):
        rates.append(post([intake.body(intake.track() for _time in range(intake.BATCH))
                           for _time in range(events // intake.BATCH)]))  # fmt: skip
        bare.append(intake.bare_copy(events, datetime.now(UTC), profiles))
    return [
        Figure(
            "event intake, 100 a request",
            median(rates),
            "/s",
            10_000,
            more=True,
            yardstick=median(bare),
            yardstick_name="bare COPY, 100 at a time; at least a third",
        ),
        Figure("identify, new people", identified, "/s", 2_000, more=True),
    ]


def lag(it: Deployment, requests: int) -> list[Figure]:
    """From an event's 200 to its row in the lake, when nothing else happens."""
    it.settle()
    post = intake.poster(it.port, it.write_key, 1)
    waits = []
    for _time in range(5):
        started = time.perf_counter()
        post([intake.body(intake.track() for _time in range(intake.BATCH))])
        xid, id = it.fetch("SELECT e.xid::text, e.id::text FROM timeline_event e"
                           " ORDER BY e.xid DESC, e.id DESC LIMIT 1")[0]  # fmt: skip
        while not it.fetch("SELECT 1 FROM lake_progress WHERE source = 'event' AND (xid::text::xid8, row_id::uuid)"
                           " >= (%s::xid8, %s::uuid)", [xid, id]):  # fmt: skip
            time.sleep(0.02)
            if time.perf_counter() - started > 60:
                break
        waits.append(time.perf_counter() - started)
        time.sleep(random.random())
    return [Figure("event in the lake, middle of five", median(waits), "s")]
