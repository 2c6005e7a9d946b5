from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from perennial.server.addresses import parse
from tests.processes.running import Running, running

pytestmark = pytest.mark.slow


def test_a_backup_restored_elsewhere_is_the_same(tmp_path: Path) -> None:
    elsewhere = Path(tempfile.mkdtemp(prefix="perennial-elsewhere-"))
    elsewhere.chmod(0o711)
    archive = tmp_path / "backup.tar"
    try:
        with running() as it:
            it.command("user", "create", "ben@example.com", "--role", "sales")
            assert "rows of" in it.command("backup", str(archive))
            address = parse((it.home / "postgres" / "address").read_text().strip())
            with psycopg.connect(address.url) as connection:
                before = int(connection.execute("SELECT pg_current_xact_id()::text").fetchone()[0])
            other = Running(elsewhere, it.port, it.process, it.environment | {"PERENNIAL_HOME": str(elsewhere)})
            assert "every table is the same" in other.command("restore", str(archive))
            assert "ben@example.com" in other.command("user", "list")
            assert "There is data" in other.command("restore", str(archive), check=False)
            assert _transaction(other) > before, "rows of the logs must not seem to lie in the future"
    finally:
        shutil.rmtree(elsewhere)


def _transaction(other: Running) -> int:
    from perennial.server import postgres

    with postgres.running(postgres.cluster(other.home)) as address, psycopg.connect(address.url) as connection:
        return int(connection.execute("SELECT pg_current_xact_id()::text").fetchone()[0])
