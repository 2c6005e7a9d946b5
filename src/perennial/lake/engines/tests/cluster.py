"""A real cluster of Spark on the loopback address: a master and two workers, from the files of the Python package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Event

import pytest

WORKERS = 2
_CALM = Event()  # never set
_PATIENCE = 60.0  # seconds for a part of the cluster to be ready
_SMALL = {"SPARK_DAEMON_MEMORY": "192m", "SPARK_DAEMON_JAVA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"}
# Rules nested deep make plans nested deep, and Spark walks them by recursion: hence the stacks.
SETTINGS = """
spark.driver.memory 1g
spark.executor.memory 1g
spark.executor.cores 1
spark.cores.max 2
spark.driver.extraJavaOptions -XX:+UseSerialGC -Xss8m
spark.executor.extraJavaOptions -XX:+UseSerialGC -Xss8m
spark.sql.shuffle.partitions 2
"""


def needs_spark() -> None:
    if find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("needs make setup-spark and Java 17")


@contextmanager
def spark_cluster(settings: str = SETTINGS, *, memory: str = "1100m") -> Iterator[tuple[str, Path]]:
    """Its address, and the folder of the settings for `SPARK_CONF_DIR`. Whoever asked it must have left before its end.

    Each worker has one core, and so much memory for executors."""
    folder = Path(tempfile.mkdtemp(prefix="perennial-spark-"))
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(settings)
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(_start(folder, "master", "Master", "--port", "0"))
        address = _said(folder / "master", re.compile(r"Starting Spark master at (spark://\S+)"))
        for number in range(WORKERS):
            name = f"worker-{number}"
            started.append(_start(folder, name, "Worker", "-c", "1", "-m", memory, "-d", str(folder / name), address))
        for number in range(WORKERS):
            _said(folder / f"worker-{number}", re.compile(r"(Successfully registered) with master"))
        yield address, folder / "conf"
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, name: str, role: str, *arguments: str) -> subprocess.Popen[bytes]:
    home = Path(str(find_spec("pyspark").origin)).parent
    words = [f"org.apache.spark.deploy.{role.lower()}.{role}", "--host", "127.0.0.1", "--webui-port", "0", *arguments]
    environment = os.environ | _SMALL | {
        "SPARK_HOME": str(home), "SPARK_CONF_DIR": str(folder / "conf"), "SPARK_LOCAL_IP": "127.0.0.1",
    }  # fmt: skip
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([home / "bin" / "spark-class", *words], env=environment, stdout=log, stderr=log)


def _said(part: Path, wanted: re.Pattern[str]) -> str:
    """What a part of the cluster has written to its log, once it has."""
    log, until = part.with_suffix(".log"), time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        found = wanted.search(log.read_text())
        if found:
            return found[1]
        _CALM.wait(0.1)
    raise TimeoutError(f"{part.name} did not start:\n{log.read_text()[-2000:]}")
