"""The OpenAPI document is true: schemathesis finds no 5xx, no undocumented answer, and nothing accepted that it
forbids. With an administrator's key, with a viewer's, and with none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.running import Running, running

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("schemathesis")
SETTINGS = Path(__file__).with_name("schemathesis.toml")
SEED = "2026"


@pytest.fixture(scope="module")
def it() -> Iterator[Running]:
    with running() as it:
        yield it


@pytest.mark.parametrize(
    ("role", "phases", "examples"),
    [("administrator", "coverage,fuzzing,stateful", 6), ("viewer", "fuzzing", 8), (None, "fuzzing", 4)],
)
def test_the_document_is_true(it: Running, tmp_path: Path, role: str | None, phases: str, examples: int) -> None:
    words = [COMMAND, "--config-file", SETTINGS, "run", f"{it.url}/api/v1/openapi.json", "--no-color"]
    words += ["--seed", SEED, "--phases", phases, "--max-examples", str(examples), "--no-shrink", "--warnings", "off"]
    words += ["--workers", "2", "--continue-on-failure", "--suppress-health-check", "all"]
    if role:
        key = it.command("key", "create", "--name", role, "--role", role).splitlines()[-1]
        words += ["--header", f"Authorization: Bearer {key}"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
