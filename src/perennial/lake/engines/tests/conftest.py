from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from perennial.lake.engines import spark_session
from perennial.lake.engines.tests.cluster import needs_spark, spark_cluster
from perennial.lake.tests.conftest import lake, world  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a cluster that all these tests share, and the one session that this process has there."""
    needs_spark()
    with pytest.MonkeyPatch.context() as patch, spark_cluster() as (address, conf):
        patch.setenv("SPARK_CONF_DIR", str(conf))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        yield address
        spark_session.stop()


@pytest.fixture
def on_the_cluster(cluster: str, settings: Any) -> str:
    settings.LAKE_ENGINE, settings.SPARK_MASTER = "spark", cluster
    return cluster
