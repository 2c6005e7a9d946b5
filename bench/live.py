"""From the intake's answer to an automation's first effect, while events arrive at a steady rate and rules are live.

Everything is measured from outside: from the answer to a request until another connection sees the task that was opened
for the person of it.
"""

from __future__ import annotations

import base64
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import psycopg

from bench import intake
from bench.asking import Client
from bench.deployment import Deployment
from bench.figures import Figure, percentile
from bench.standing import TYPES

RATE = 500  # events a second
RULES = 200
SECONDS, QUICK_SECONDS = 60, 20
IN_A_REQUEST = 25
CONNECTIONS = 4
USERS = 2_000  # who are known, of whom each enters once at the most
BUDGET = 2_000  # milliseconds
_PATIENCE = 60.0
_LOOKS = 0.02  # seconds between two looks for tasks


def live(it: Deployment, requests: int) -> list[Figure]:
    """With one rule, then with as many as the budget names."""
    seconds = SECONDS if requests >= 200 else QUICK_SECONDS
    whose = _people(it)
    try:
        it.inside("hold", "0")
        _let_sweep(it)
        alone, _behind = _measured(it, whose[: USERS // 2], seconds // 2)
        made = it.inside("hold", str(RULES))
        swept = _let_sweep(it)
        found, behind = _measured(it, whose[USERS // 2 :], seconds)
    finally:
        it.inside("forget")
    name, yardstick = f"event to first action, {RULES} live rules, {RATE} events/s", "the same with one rule"
    return [
        *(Figure(f"{name}, p{share}", percentile(found, share / 100) * 1000, "ms", BUDGET if share == 95 else None,
                 yardstick=percentile(alone, share / 100) * 1000, yardstick_name=yardstick) for share in (50, 95)),
        Figure("consumers of the logs behind at the end", behind, "s"),
        Figure(f"{RULES} segments made live", made["seconds"], "s"),
        Figure(f"everybody looked at for {RULES} segments", swept, "s"),
    ]  # fmt: skip


def _people(it: Deployment) -> list[tuple[str, int]]:
    """Users whom the intake knows, with their records; their events' types have been seen."""
    post = intake.poster(it.port, it.write_key, CONNECTIONS)
    mark = f"live-{uuid.uuid4().hex[:6]}"
    names = [f"{mark}-{number}" for number in range(USERS)]
    identified = [{**intake.identify(0), "userId": name, "anonymousId": f"d-{name}",
                   "traits": {"name": name, "email": f"{name}@example.com"}} for name in names]  # fmt: skip
    post([intake.body(iter(identified[start : start + 100])) for start in range(0, USERS, 100)])
    post([intake.body(_ordinary(names, number) for number in range(TYPES)),
          intake.body(iter([_signal(names[0], score=1)]))])  # fmt: skip
    it.settle()
    deadline = time.monotonic() + _PATIENCE
    while len(it.fetch("SELECT 1 FROM objects_observed_event WHERE type LIKE 'custom.bench_%%'")) <= TYPES:
        assert time.monotonic() < deadline, "the types of the events were not seen"
        time.sleep(0.2)
    rows = it.fetch("SELECT i.value, p.customer_id FROM customers_identity i JOIN customers_profile p"
                    " ON p.id = i.profile_id WHERE i.kind = 'user_id' AND i.value LIKE %s", [f"{mark}-%"])  # fmt: skip
    random.Random(1).shuffle(rows)
    return [(name, record) for name, record in rows]


def _let_sweep(it: Deployment) -> float:
    """Seconds until everybody has been looked at for every rule."""
    started = time.perf_counter()
    while it.fetch("SELECT 1 FROM rules_segment WHERE is_sweeping LIMIT 1"):
        time.sleep(0.1)
    swept = time.perf_counter() - started
    it.settle()
    return swept


def _measured(it: Deployment, whose: Sequence[tuple[str, int]], seconds: int) -> tuple[list[float], float]:
    """Seconds of each person who entered, and how long the consumers had still to do when the last event was sent."""
    (last,) = it.fetch("SELECT coalesce(max(id), 0) FROM customers_task")[0]
    turns = seconds * RATE // IN_A_REQUEST
    assert turns // 2 <= len(whose)
    answered: dict[int, float] = {}
    seen: dict[int, float] = {}
    stop = threading.Event()
    watcher = threading.Thread(target=partial(_watch, it.database, last, seen, stop))
    watcher.start()
    started = time.perf_counter()
    _send(it, turns, lambda turn: _request(turn, whose, answered))
    took = time.perf_counter() - started
    behind = it.settle()
    deadline = time.monotonic() + _PATIENCE
    while len(seen) < len(answered) and time.monotonic() < deadline:
        time.sleep(0.1)
    stop.set()
    watcher.join()
    assert took < seconds * 1.1, f"the events were not accepted at {RATE} a second: {took:.0f} s for {seconds}"
    assert seen.keys() == answered.keys(), f"{len(seen)} tasks for {len(answered)} people"
    return [seen[record] - at for record, at in answered.items()], behind


def _request(
    turn: int, whose: Sequence[tuple[str, int]], answered: dict[int, float]
) -> tuple[bytes, Callable[[], None]]:
    """Every other one makes somebody enter; what to do when it is answered."""
    names = [name for name, _record in whose]
    calls = [_ordinary(names, random.randrange(TYPES)) for _time in range(IN_A_REQUEST)]
    entering = None
    if turn % 2 == 0:
        name, entering = whose[turn // 2]
        calls[-1] = _signal(name, score=95)
    else:
        calls[-1] = _signal(random.choice(names), score=random.randrange(90))

    def note() -> None:
        if entering is not None:
            answered[entering] = time.perf_counter()

    return intake.body(iter(calls)), note


def _send(it: Deployment, turns: int, request: Callable[[int], tuple[bytes, Callable[[], None]]]) -> None:
    """At a steady rate, each at its moment whether the one before is answered or not."""
    started, every = time.perf_counter(), IN_A_REQUEST / RATE
    credentials = base64.b64encode(f"{it.write_key}:".encode()).decode()

    def work(first: int) -> None:
        client = Client(it.port, {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"})
        for turn in range(first, turns, CONNECTIONS):
            body, note = request(turn)
            time.sleep(max(0.0, started + turn * every - time.perf_counter()))
            client.ask("POST", "/v1/batch", body)
            note()

    threads = [threading.Thread(target=work, args=[first]) for first in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _watch(database: str, last: int, seen: dict[int, float], stop: threading.Event) -> None:
    """When each person's task is first seen."""
    with psycopg.connect(database, autocommit=True) as connection:
        while not stop.wait(_LOOKS):
            for id, record in connection.execute(
                "SELECT id, customer_id FROM customers_task WHERE id > %s ORDER BY id", [last]
            ):
                last = max(last, id)
                seen.setdefault(record, time.perf_counter())


def _ordinary(names: Sequence[str], number: int) -> dict[str, object]:
    return _track(random.choice(names), f"Bench {number}", random.randrange(60))


def _signal(name: str, *, score: int) -> dict[str, object]:
    return _track(name, "Bench Signal", score)


def _track(name: str, event: str, score: int) -> dict[str, object]:
    return {
        "type": "track", "userId": name, "event": event, "messageId": str(uuid.uuid4()),
        "timestamp": datetime.now(UTC).isoformat(),
        "properties": {"score": score, "category": f"c{random.randrange(20)}"},
    }  # fmt: skip
