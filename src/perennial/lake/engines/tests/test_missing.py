"""What is said when the engine that the settings name cannot be had."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from perennial.lake.engines import spark_session
from perennial.lake.engines.contract import EngineMissing
from perennial.lake.engines.spark_session import new_session, what_is_missing


def test_without_the_package_it_says_which(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match=r"Install perennial\[spark\]"):
        new_session()


def test_a_cluster_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda name: name)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        nobody = f"spark://127.0.0.1:{port}"
        assert nobody in str(what_is_missing(nobody))
        taken.listen()
        assert what_is_missing(nobody) is None
        assert what_is_missing(f"spark://127.0.0.1:1,127.0.0.1:{port}") is None  # masters that stand in for each other
    assert what_is_missing("local[2]") is None
