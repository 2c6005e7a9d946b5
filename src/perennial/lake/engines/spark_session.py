"""One session of Spark for the whole process: starting it takes seconds, asking it again does not.

The address of the cluster is the setting `SPARK_MASTER`. Everything else about it (memory, cores, the libraries of an
object store, authentication) is said in Spark's own way, by `spark-defaults.conf` in the folder that `SPARK_CONF_DIR`
names. What an answer depends on is set here and cannot be changed there.
"""

from __future__ import annotations

import logging
import socket
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from perennial.foundation.libraries import on_demand
from perennial.lake.engines.contract import EngineMissing

if TYPE_CHECKING:
    import pyspark
else:
    pyspark = on_demand("pyspark", "pyspark.sql", "pyspark.errors")

_MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never quietly NULL
    "spark.sql.caseSensitive": "true",
    "spark.sql.variable.substitute": "false",  # else "${env:HOME}" in what a user typed would be looked up
    "spark.sql.parser.escapedStringLiterals": "false",  # Ibis writes literals with backslashes
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # our files follow the calendar of today throughout
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
}
_QUIET = {
    "spark.app.name": "perennial",
    "spark.ui.enabled": "false",  # a page without a password, on all addresses
    "spark.ui.showConsoleProgress": "false",
}
_CLUSTER, _LOOPBACK = "spark://", ("127.0.0.1", "localhost")
_HERE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
_NO_JAVA = _("Spark does not start. It needs Java 17 or newer, on the path or in JAVA_HOME; its own output says more.")
_FEW, _MANY = 8, "200"  # partitions: at least, and what Spark takes for hundreds of cores unless told otherwise
_PATIENCE = 5.0  # seconds for the master to answer


class _Kept:
    session: Any = None
    master = ""
    lock = Lock()


def new_session() -> Any:
    """A session with views of its own, over the one connection to the cluster that this process has."""
    with _Kept.lock:
        if _Kept.session is None or _Kept.master != settings.SPARK_MASTER or _has_ended(_Kept.session):
            stop(is_locked=True)
            _Kept.session, _Kept.master = _start(settings.SPARK_MASTER), settings.SPARK_MASTER
        session = _Kept.session.newSession()
    if session.conf.get("spark.sql.shuffle.partitions") == _MANY:
        few = max(_FEW, 2 * session.sparkContext.defaultParallelism)
        session.conf.set("spark.sql.shuffle.partitions", few)
    return session


def stop(*, is_locked: bool = False) -> None:
    """Leave the cluster, and give back what its executors hold."""
    if not is_locked:
        with _Kept.lock:
            stop(is_locked=True)
    elif _Kept.session is not None:
        _Kept.session.stop()
        _Kept.session = None


def what_is_missing(master: str) -> str | None:
    """A sentence for whoever looks after the installation; None when Spark can be started."""
    if find_spec("pyspark") is None:
        return str(_("LAKE_ENGINE is spark, but its package is not installed. Install perennial[spark]."))
    if master.startswith(_CLUSTER) and not any(_answers(place) for place in _places(master)):
        return str(_("Nothing answers at %(master)s. Start the cluster, or change SPARK_MASTER.") % {"master": master})
    return None


def _start(master: str) -> Any:
    missing = what_is_missing(master)
    if missing is not None:
        raise EngineMissing(missing)
    builder = pyspark.sql.SparkSession.builder.master(master)
    is_here = master.startswith("local") or all(name in _LOOPBACK for name, _port in _places(master))
    for key, value in (_QUIET | _MEANING | (_HERE if is_here else {})).items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except pyspark.errors.PySparkRuntimeError as error:
        raise EngineMissing(_NO_JAVA) from error
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.ERROR)  # tells of every connection that it opens and closes
    return session


def _has_ended(session: Any) -> bool:
    """A cluster that went away takes the connection with it; the next question makes a new one."""
    return bool(session.sparkContext._jsc is None or session.sparkContext._jsc.sc().isStopped())


def _places(master: str) -> list[tuple[str, int]]:
    """A cluster may have masters that stand in for each other: spark://one:7077,two:7077."""
    found = (place.rpartition(":") for place in master.removeprefix(_CLUSTER).split(","))
    return [(name, int(port)) if port.isdigit() and name else (port, 7077) for name, _colon, port in found]


def _answers(place: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(place, timeout=_PATIENCE):
            return True
    except OSError:
        return False
