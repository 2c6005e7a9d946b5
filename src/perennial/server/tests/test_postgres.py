from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from perennial.server import places, postgres
from perennial.server.addresses import parse


@pytest.fixture
def home() -> Iterator[Path]:
    """Not below pytest's own folder, which the account of the database could not pass."""
    folder = Path(tempfile.mkdtemp(prefix="perennial-home-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def test_starts_asks_for_a_password_and_survives_kill(home: Path) -> None:
    cluster = postgres.cluster(home, memory=16)
    pid = postgres.start(cluster)
    try:
        assert postgres.start(cluster) == pid, "a second start keeps the server that runs"
        with psycopg.connect(cluster.address.url) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            row = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone()
            assert row == (False,)
            assert connection.execute("SELECT lower('ÄLMATY Ж')").fetchone() == ("älmaty ж",)
        wrong = parse(cluster.address.url.replace(cluster.address.password, "wrong"))
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(wrong.url)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        pid = postgres.start(cluster)
        with psycopg.connect(cluster.address.url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    finally:
        postgres.stop(cluster)
    assert postgres.running_pid(cluster) is None


def test_folders_and_secrets_are_private(home: Path) -> None:
    cluster = postgres.cluster(home, memory=16)
    with postgres.running(cluster):
        assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
        for name in ("password", "keeper", "address"):
            assert stat.S_IMODE((home / "postgres" / name).stat().st_mode) == 0o600


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    assert len(str(places.socket_folder(deep, account=None))) <= places.LONGEST_SOCKET_FOLDER


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to run the database under")
def test_a_closed_folder_is_left_closed_and_the_database_goes_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SYSTEM_FOLDER", home / "system")
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    cluster = postgres.cluster(closed, memory=16)
    with postgres.running(cluster) as address, psycopg.connect(address.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert places.SYSTEM_FOLDER in cluster.data.parents
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert not cluster.sockets.exists(), "a socket folder outside the data folder goes when the server does"
