"""A worker that is killed in the middle of a step leaves each run before it or behind it, never between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from perennial.automation.models import Run, StepLog
from perennial.automation.running.advancing import settle
from perennial.automation.running.entering import Arrival, enter
from perennial.customers.models import Task
from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.workspace.tests.cast import Cast, make_cast
from tests.automation.building import HAND, build, change, person, task

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

_WORK = """
import sys
from perennial.server.run import set_up
set_up()
from perennial.automation.running.advancing import advance
print("begins", flush=True)
while advance(batch=int(sys.argv[1])):
    pass
"""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def worker(batch: int) -> subprocess.Popen[str]:
    """Another process on the database of this test."""
    given = connection.settings_dict
    host = quote(given["HOST"], safe="")
    url = f"postgresql://{given['USER']}:{given['PASSWORD']}@{host}:{given['PORT']}/{given['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
    started = subprocess.Popen(
        [sys.executable, "-c", _WORK, str(batch)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "begins\n"
    return started


def killed(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and others():
        time.sleep(0.05)


def others() -> int:
    return int(fetch("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                     " AND pid <> pg_backend_pid() AND state <> 'idle'")[0][0])  # fmt: skip


def once_each(people: list[int]) -> None:
    assert sorted(Task.objects.values_list("customer_id", flat=True)) == sorted(people)
    assert StepLog.objects.filter(step="task", code="done").count() == len(people)
    assert Run.objects.filter(state="done").count() == len(people)


def test_killed_between_the_effect_and_its_commit(cast: Cast) -> None:
    people = [person(f"Cleo {number}", by=cast.ada) for number in range(5)]
    made = build([task()], by=cast.ada, trigger=HAND)
    enter(made, [Arrival(each, None, {}) for each in people], now=clock.now())
    with transaction.atomic():
        execute("LOCK TABLE automation_step_log IN EXCLUSIVE MODE")  # behind the tasks, before the end
        process = worker(100)
        deadline = time.monotonic() + 20
        while not fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        killed(process)
    assert not Task.objects.exists()
    assert set(Run.objects.values_list("state", "step")) == {("moving", "task")}
    settle()
    once_each(people)


def test_killed_again_and_again(cast: Cast) -> None:
    people = [person(f"Cleo {number}", by=cast.ada) for number in range(120)]
    made = build([change(), task()], by=cast.ada, trigger=HAND)
    enter(made, [Arrival(each, None, {}) for each in people], now=clock.now())
    chance = random.Random(7)
    for _turn in range(4):
        process = worker(7)
        time.sleep(chance.uniform(0.05, 0.6))
        killed(process)
    settle()
    once_each(people)
