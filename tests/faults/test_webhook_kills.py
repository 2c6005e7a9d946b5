"""kill -9 of whoever sends webhooks, at many moments: no receiver sees a key twice, and nothing is lost silently."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import override_settings

from perennial.customers.objects import PERSON
from perennial.foundation.sql import execute, fetch
from perennial.integrations.webhooks.receivers import make_receiver
from perennial.objects.running import run_action
from perennial.objects.writing import create_record
from perennial.timeline.outbox.keeping import doubt_left_behind
from perennial.workspace.tests.cast import make_cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MESSAGES = 70
KILLS = 8


class Receiver:
    """Counts every key that it is sent. At the moment that the test chose it kills whoever sends: when a request has
    begun, when it was read, when it was answered, or before any came."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.moment, self.after, self.victim = "", 0, 0
        self._lock, self._armed = threading.Lock(), threading.Event()

    def aim(self, moment: str, after: int = 0) -> None:
        """From now on nobody is answered before it is known whom to kill."""
        self.moment, self.after = moment, after
        self._armed.clear()

    def arm(self, victim: int) -> None:
        self.victim = victim
        self._armed.set()

    def note(self, moment: str) -> None:
        self._armed.wait(20)
        with self._lock:
            if moment != self.moment:
                return
            self.after -= 1
            if self.after == 0:
                kill(self.victim)


@contextmanager
def receiving(receiver: Receiver) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.note("begun")
            self.rfile.read(int(self.headers["Content-Length"]))
            receiver.seen[self.headers["webhook-id"]] += 1
            receiver.note("read")
            try:
                self.send_response(204)
                self.end_headers()
                self.wfile.flush()
            except OSError:
                return
            receiver.note("answered")

        def log_message(self, *said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *asked: None  # type: ignore[method-assign]  # whoever is killed hangs up
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def sender() -> Iterator[subprocess.Popen[str]]:
    given = connection.settings_dict
    url = (f"postgresql://{given['USER']}:{given['PASSWORD']}@{quote(given['HOST'], safe='')}:{given['PORT']}"
           f"/{given['NAME']}")  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sender"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR", "OUTBOUND_ALLOW": "127.0.0.1"},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def states() -> Counter[str]:
    return Counter(dict(fetch("SELECT state, count(*) FROM timeline_delivery GROUP BY state")))


def run(process: subprocess.Popen[str], *, meanwhile: Callable[[int], None]) -> None:
    """One life of a worker."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    meanwhile(int(process.stdout.readline()))
    assert process.stdout.readline() == "gone\n"


def killed_once_something_is_claimed(pid: int) -> None:
    while not fetch("SELECT 1 FROM timeline_delivery WHERE state = 'sending'") and os.path.exists(f"/proc/{pid}/fd"):
        pass
    kill(pid)


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_no_kill_sends_twice_or_loses_silently() -> None:
    cast, chance, receiver = make_cast(), random.Random(11), Receiver()
    people = [create_record(PERSON, {"name": f"Cleo {number}"}, by=cast.ada) for number in range(MESSAGES)]
    with receiving(receiver) as url, override_settings(OUTBOUND_ALLOW=("127.0.0.1",)), sender() as process:
        made, _secret = make_receiver("Outside", url, by=cast.ada)
        run_action("integrations.call_webhook", people, {"webhook": made.pk}, by=cast.ada, on="customers.person")
        moments = ["begun", "read", "answered", "claimed"] * (KILLS // 4)
        for moment in moments:
            receiver.aim(moment, chance.randint(1, 6))
            run(process, meanwhile=killed_once_something_is_claimed if moment == "claimed" else receiver.arm)
            doubt_left_behind(older_than=0)
            execute("DELETE FROM timeline_lane")
        receiver.aim("")
        run(process, meanwhile=receiver.arm)
    found = dict(fetch("SELECT key, state FROM timeline_delivery"))
    doubted = {key for key, state in found.items() if state == "doubt"}
    assert len(found) == MESSAGES
    assert not [key for key, times in receiver.seen.items() if times > 1]
    assert set(found.values()) <= {"done", "doubt"}
    assert {key for key, state in found.items() if state == "done"} <= set(receiver.seen)
    assert set(receiver.seen) <= set(found)
    assert set(found) - set(receiver.seen) <= doubted  # what never arrived is listed
    assert doubted
