from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.processes.running import Running, running

pytestmark = pytest.mark.slow


def test_everything_loaded_elsewhere_is_the_same(tmp_path: Path) -> None:
    """Two deployments with databases of their own: the archive of the second says the same of every table."""
    elsewhere = Path(tempfile.mkdtemp(prefix="perennial-elsewhere-"))
    elsewhere.chmod(0o711)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    try:
        with running() as it:
            it.command("user", "create", "ben@example.com", "--role", "sales")
            it.command("simulate", "--people", "300", "--events", "4000", "--add")
            assert "rows of" in it.command("export", "everything", str(first))
            assert "not there yet" in it.run("export", "everything", str(first)).stderr
            assert "something here already" in it.run("load", str(first)).stderr
            other = Running(elsewhere, it.port, it.process, it.environment | {"PERENNIAL_HOME": str(elsewhere)})
            assert "every table is" in other.command("load", str(first))
            assert "ben@example.com" in other.command("user", "list")
            assert "came out the same" in other.command("rebuild", "--check")
            other.command("export", "everything", str(second))
        assert digests(first) == digests(second)
        assert sum(rows for rows, _digest in digests(first).values()) > 4000
    finally:
        shutil.rmtree(elsewhere)


def digests(archive: Path) -> dict[str, tuple[int, str]]:
    with zipfile.ZipFile(archive) as file:
        tables = json.loads(file.read("manifest.json"))["tables"]
    # Each export leaves a note of itself; it is made after the moment that it is about.
    return {name: (part["rows"], part["digest"]) for name, part in tables.items() if name != "objects_run"}
