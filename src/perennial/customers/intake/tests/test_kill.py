"""kill -9 of the server in the middle of the load: nothing acknowledged is lost, nothing sent again is doubled."""

from __future__ import annotations

import base64
import http.client
import os
import random
import subprocess
import sys
import threading

import msgspec
import pytest
from django.db import connection

from perennial.customers.intake.tests.serving import free_port, make_key, wait_for, wait_until
from perennial.foundation.sql import fetch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KILLS = 3
SENDERS = 4


class Sender(threading.Thread):
    """A client that sends a batch again until it is acknowledged."""

    def __init__(self, name: str, port: int, secret: str) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.retries, self.acknowledged = port, 0, set[str]()
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{secret}:".encode()).decode()}
        self.stopping = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            ids = [f"{self.name}-{number}-{place}" for place in range(20)]
            body = msgspec.json.encode(
                {
                    "batch": [
                        {
                            "type": "track",
                            "event": "Counted",
                            "messageId": id,
                            "userId": f"killed-{random.randrange(50)}",
                            "anonymousId": f"killed-{random.randrange(50)}",
                            "properties": {"id": id},
                        }
                        for id in ids
                    ]
                }
            )
            while not self._is_taken(body):
                self.retries += 1
                self.stopping.wait(0.02)
            self.acknowledged.update(ids)
            number += 1

    def _is_taken(self, body: bytes) -> bool:
        try:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            client.request("POST", "/v1/batch", body, self.headers)
            answer = client.getresponse()
            answer.read()
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False


def started(port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "perennial.customers.intake.tests.small_front",
            str(port),
            str(connection.settings_dict["NAME"]),
        ],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    wait_for(port)
    return process


def make_progress(senders: list[Sender]) -> None:
    """Until some hundred events more are acknowledged; how many is chance, and so is where the kill falls."""
    enough = sum(len(sender.acknowledged) for sender in senders) + random.randint(200, 2000)
    wait_until(lambda: sum(len(sender.acknowledged) for sender in senders) >= enough)


def test_killing_the_server_loses_and_doubles_nothing() -> None:
    key_id, secret = make_key()
    port = free_port()
    process = started(port)
    senders = [Sender(f"s{number}", port, secret) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        for _ in range(KILLS):
            make_progress(senders)
            process.kill()
            process.wait(10)
            process = started(port)
        make_progress(senders)
        for sender in senders:
            sender.stopping.set()
        for sender in senders:
            sender.join(20)
    finally:
        process.kill()
        process.wait(10)
    assert not any(sender.is_alive() for sender in senders)
    assert sum(sender.retries for sender in senders) > 0
    stored = [
        id
        for (id,) in fetch(
            "SELECT properties->>'id' FROM timeline_event WHERE actor = %s AND source = 'Shop'", [f"key:{key_id}"]
        )
    ]
    acknowledged = set[str]().union(*(sender.acknowledged for sender in senders))
    assert len(stored) == len(set(stored))
    assert acknowledged == set(stored)
    lost = fetch(
        "SELECT count(*) FROM timeline_event e LEFT JOIN customers_profile p ON p.id = e.profile_id"
        " WHERE e.actor = %s AND p.id IS NULL",
        [f"key:{key_id}"],
    )
    assert lost == [(0,)]
