"""A pytest plugin: one embedded PostgreSQL for a whole run, before Django reads its settings.

The controller of a parallel run (or the only process) starts the server; workers find its address in their
environment and get a database each through pytest-django. `TEST_DATABASE_URL` names another server instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from perennial.server import postgres
from perennial.server.translations import compile_translations

_HOME = "PERENNIAL_TEST_HOME"


def pytest_addoption() -> None:
    """The first moment of a run: the address must be known before Django's settings are read."""
    is_first = _HOME not in os.environ
    if is_first:
        os.environ[_HOME] = tempfile.mkdtemp(prefix="perennial-test-")
        Path(os.environ[_HOME]).chmod(0o711)
    home = Path(os.environ[_HOME])
    if is_first:
        given = os.environ.get("TEST_DATABASE_URL")
        os.environ["DATABASE_URL"] = given or _cluster(home / "server").address.url
    # Each process has a data folder of its own, so that parallel workers never share a lake.
    os.environ["PERENNIAL_HOME"] = str(home / f"process-{os.getpid()}")
    for name in ("SMTP_URL", "LAKE_URL", "PUBLIC_URL", "DEVELOPMENT"):
        os.environ.pop(name, None)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if _is_controller(config):
        compile_translations()
    if _is_controller(config) and not os.environ.get("TEST_DATABASE_URL"):
        postgres.start(_cluster(Path(os.environ[_HOME]) / "server"))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_controller(config):
        return
    home = Path(os.environ.pop(_HOME, "/nowhere"))
    if home.exists():
        if not os.environ.get("TEST_DATABASE_URL"):
            postgres.stop(_cluster(home / "server"))
        shutil.rmtree(home, ignore_errors=True)


def _cluster(home: Path) -> postgres.Cluster:
    return postgres.cluster(home, memory=96, is_durable=False)


def _is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")
