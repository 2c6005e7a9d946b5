"""Backup and restore: the database, the lake and the files in one archive, with what is needed to compare them.

The dump and the counts in the manifest come from one snapshot, so a restored copy can be compared row for row.
Rows of the logs carry transaction ids; a fresh cluster starts its own at the bottom, and would take restored rows
for ones of transactions to come. So restoring first lifts the new cluster above them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from perennial.server import places, postgres
from perennial.server.addresses import Address
from perennial.server.environment import Environment

FORMAT = 1
FOLDERS = ("lake", "files", "outbox")
Say = Callable[[str], None]


class CannotRestore(Exception):
    """The archive or the place for it will not do; the message says what to do."""


@dataclass(frozen=True)
class Table:
    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    format: int
    made_at: str
    server_version: int
    transaction: int
    tables: dict[str, Table]


def write_backup(environment: Environment, address: Address, target: Path, *, say: Say) -> Manifest:
    """Everything into one archive, readable by the owner alone. An archive that is there already is kept."""
    if target.exists():
        raise CannotRestore(f"{target} is there already. Choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder) / "database.dump"
        say("Writing the database")
        manifest = _dump(address, dump, account=environment.database_account, say=say)
        (Path(folder) / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        draft = Path(folder) / "archive"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(Path(folder) / "manifest.json", "manifest.json")
            archive.add(dump, "database.dump")
            for name in _secrets(environment):
                archive.add(environment.home / name, f"home/{name}")
            for name in FOLDERS:
                if (environment.home / name).exists():
                    say(f"Adding {name}")
                    archive.add(environment.home / name, f"home/{name}")
        draft.replace(target)
    return manifest


def restore_backup(environment: Environment, source: Path, *, say: Say) -> dict[str, tuple[Table | None, Table | None]]:
    """Fill an empty data folder. The tables that differ from the archive's manifest: none, when all is well."""
    home = environment.home
    if not environment.is_embedded:
        raise CannotRestore("Restoring goes into an embedded database. Unset DATABASE_URL, or use pg_restore by hand.")
    cluster = postgres.cluster(home, account=environment.database_account, memory=environment.database_memory)
    if cluster.data.exists() or (home / "secret_key").exists():
        raise CannotRestore(f"There is data in {home} already. Set PERENNIAL_HOME to an empty folder.")
    with tarfile.open(source) as archive, tempfile.TemporaryDirectory(prefix="perennial-restore-") as folder:
        say("Reading the archive")
        archive.extractall(folder, filter="data")
        manifest = _read_manifest(Path(folder) / "manifest.json")
        postgres.make(cluster)
        _lift_transactions(cluster, above=manifest.transaction)
        with postgres.running(cluster) as address:
            say("Filling the database")
            dump = Path(folder) / "database.dump"
            _call(
                cluster, ["pg_restore", "--no-owner", "--exit-on-error", "--jobs=2", "-d", address.name, dump], address
            )
            with psycopg.connect(address.url) as connection:
                say("Comparing")
                found = _tables(connection, say=say)
                _hold_back(connection)
        for name in (*FOLDERS, "secret_key"):
            if (kept := Path(folder) / "home" / name).exists():
                shutil.move(kept, home / name)
    both = manifest.tables.keys() | found.keys()
    return {
        name: (manifest.tables.get(name), found.get(name))
        for name in sorted(both)
        if manifest.tables.get(name) != found.get(name)
    }


def _hold_back(connection: psycopg.Connection[Any]) -> None:
    """What was waiting to leave the house may have left it since the backup was made: a person says what to do."""
    if _one(connection, "SELECT to_regclass('timeline_delivery') IS NOT NULL"):
        connection.execute(
            "UPDATE timeline_delivery SET state = 'doubt', ended_at = now() WHERE state IN ('waiting', 'sending')"
        )


def _dump(address: Address, target: Path, *, account: str, say: Say) -> Manifest:
    with psycopg.connect(address.url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        _call(None, ["pg_dump", "-Fc", "-Z1", f"--snapshot={snapshot}", "--no-owner", "-f", target], address, account)
        say("Counting what was written")
        return Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            server_version=connection.info.server_version,
            transaction=int(_one(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text")),
            tables=_tables(connection, say=say),
        )


def _tables(connection: psycopg.Connection[Any], *, say: Say) -> dict[str, Table]:
    """Rows and a digest of each table, the same whatever the order of rows. Partitions count with their parent."""
    connection.execute("SET TIME ZONE 'UTC'")
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition ORDER BY relname"
    ).fetchall()
    found = {}
    for (name,) in names:
        say(f"Counting {name}")
        row = connection.execute(
            sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t").format(
                sql.Identifier(name)
            )
        ).fetchone()
        assert row is not None
        found[str(name)] = Table(int(row[0]), str(row[1]))
    return found


def _lift_transactions(cluster: postgres.Cluster, *, above: int) -> None:
    """The new cluster's transaction ids go on in an epoch after the archive's."""
    epoch = (above >> 32) + 1
    postgres.run(cluster, [postgres.program("pg_resetwal", cluster), "-e", str(epoch), "-D", cluster.data])


def _read_manifest(path: Path) -> Manifest:
    if not path.exists():
        raise CannotRestore("This is no archive of perennial backup.")
    read = json.loads(path.read_text())
    if read["format"] != FORMAT:
        raise CannotRestore(f"This archive has form {read['format']}; this version reads form {FORMAT}.")
    read["tables"] = {name: Table(**table) for name, table in read["tables"].items()}
    return Manifest(**read)


def _call(cluster: postgres.Cluster | None, command: list[str | Path], address: Address, account: str = "") -> None:
    """One of PostgreSQL's programs, ours unless the system has its own (which may be newer, as the server may be)."""
    runner = cluster.account if cluster else places.unprivileged(account)
    ours = places.binaries(runner) / "bin" / str(command[0])
    program = ours if address.host.startswith("/") else Path(shutil.which(str(command[0])) or ours)
    done = subprocess.run(
        [str(program), *map(str, command[1:])],
        env={**os.environ, **address.variables()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise postgres.DatabaseFailed(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")


def _secrets(environment: Environment) -> list[str]:
    return ["secret_key"] if (environment.home / "secret_key").exists() else []


def _one(connection: psycopg.Connection[Any], statement: str) -> str:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return str(row[0])
