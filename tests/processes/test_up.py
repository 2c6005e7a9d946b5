from __future__ import annotations

import os
import signal

import psutil
import pytest

from tests.processes.running import running, start, wait_for

pytestmark = pytest.mark.slow


def test_parts_that_are_killed_come_back_and_a_stop_leaves_nothing() -> None:
    with running() as it:
        for name in ("front", "worker"):
            wait_for(lambda name=name: it.part(name))
            killed = it.part(name)
            killed.kill()
            wait_for(lambda name=name, killed=killed: (now := it.part(name)) and now.pid != killed.pid)
        wait_for(lambda: it.status("/healthz") == 200)

        database = it.database()
        database.kill()
        wait_for(lambda: it.status("/metricsz") == 200 and _database_is_another(it, database.pid))

        left = [process.pid for process in psutil.Process(it.process.pid).children(recursive=True)]
        assert it.stop() == 0
        assert not [pid for pid in left if psutil.pid_exists(pid)]


def test_a_second_start_says_where_the_first_answers() -> None:
    with running() as it:
        second = start(it.home, it.port)
        assert second.process.wait(20) == 3
        assert f"already running at http://127.0.0.1:{it.port}" in (it.home / "output.txt").read_text()
        assert it.status("/healthz") == 200


def test_parts_end_with_a_killed_supervisor_and_the_next_takes_the_database_over() -> None:
    with running() as it:
        wait_for(lambda: it.part("worker"))
        parts = [it.part("front"), it.part("worker")]
        database = it.database().pid
        os.kill(it.process.pid, signal.SIGKILL)
        it.process.wait()
        wait_for(lambda: not any(part.is_running() for part in parts))
        it.process = start(it.home, it.port).process
        wait_for(lambda: it.status("/healthz") == 200)
        assert it.database().pid == database
        assert it.stop() == 0
        assert not psutil.pid_exists(database)


def _database_is_another(it, pid: int) -> bool:
    try:
        return it.database().pid != pid
    except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
        return False
