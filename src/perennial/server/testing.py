"""A pytest plugin: an embedded PostgreSQL for each process that runs tests, before Django reads its settings.

Each worker of a parallel run has a server of its own, not only a database: transaction ids belong to the server, and
a consumer of the logs waits for every transaction that is open there. `TEST_DATABASE_URL` names another server
instead; for a parallel run as many as there are workers, with spaces between.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from perennial.server import postgres
from perennial.server.translations import compile_translations


@cache
def _home() -> Path:
    """The data folder of this process: parallel workers never share a lake either."""
    home = Path(tempfile.mkdtemp(prefix="perennial-test-"))
    home.chmod(0o711)
    return home


def pytest_addoption() -> None:
    """The first moment of a run: the address must be known before Django's settings are read."""
    for name in ("SMTP_URL", "LAKE_URL", "LAKE_ENGINE", "PUBLIC_URL", "DEVELOPMENT"):
        os.environ.pop(name, None)
    os.environ["PERENNIAL_HOME"] = str(_home())
    os.environ["DATABASE_URL"] = _given() or _cluster().address.url


def _given() -> str:
    """The server that was named for this process, if any was."""
    urls = os.environ.get("TEST_DATABASE_URL", "").split()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return urls[int(worker)] if urls else ""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if _is_first(config):
        compile_translations()
    if _runs_tests(config) and not os.environ.get("TEST_DATABASE_URL"):
        postgres.start(_cluster())


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if _runs_tests(config) and not os.environ.get("TEST_DATABASE_URL"):
        postgres.stop(_cluster())
    shutil.rmtree(_home(), ignore_errors=True)


def _cluster() -> postgres.Cluster:
    return postgres.cluster(_home() / "server", memory=96, is_durable=False)


def _is_first(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def _runs_tests(config: pytest.Config) -> bool:
    """Every process but the controller of a parallel run."""
    return not _is_first(config) or not config.getoption("numprocesses", 0)
