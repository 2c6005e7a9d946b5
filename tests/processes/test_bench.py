"""The measurements measure: on a tiny firm, in a folder of its own."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from bench import run

pytestmark = pytest.mark.slow


def test_every_measurement_gives_figures() -> None:
    root = Path(tempfile.mkdtemp(prefix="perennial-bench-"))
    root.chmod(0o711)
    try:
        results = run.bench([(300, 9_000)], requests=4, root=root)[300]
        kept = json.loads((root / "results.json").read_text())
    finally:
        shutil.rmtree(root, ignore_errors=True)
    names = " ".join(each.name for each in results)
    for work in ("first page", "list page", "search", "customer page", "statements", "create", "API list", "intake",
                 "identify", "people", "order lines", "export", "memory", "lake"):  # fmt: skip
        assert work in names
    assert all(each.value >= 0 for each in results)
    assert [each["name"] for each in kept["figures"]["300"]] == [each.name for each in results]
