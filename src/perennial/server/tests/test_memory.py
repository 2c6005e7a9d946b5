"""What the two processes do not load, since it would stand idle in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ENGINES = (
    "pyarrow", "numpy", "pandas", "duckdb", "ibis", "deltalake", "splink", "openpyxl", "xlsxwriter", "sklearn", "scipy",
    "lightgbm",
)  # fmt: skip


def loaded(home: Path, *words: str) -> set[str]:
    """Which of the engines are there after these lines."""
    lines = ["import sys, django", "from perennial.server.run import set_up", "set_up()", *words]
    lines.append(f"print(*(name for name in {ENGINES} if name in sys.modules))")
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True,
        env=os.environ | {"PERENNIAL_HOME": str(home)},
    )  # fmt: skip
    return set(done.stdout.split())


def test_the_process_that_answers_pages_loads_no_engine(tmp_path: Path) -> None:
    pages = "from django.urls import get_resolver; get_resolver().url_patterns"
    assert loaded(tmp_path, "import perennial.server.front", pages) == set()


def test_the_worker_makes_arrays_without_pandas_which_is_there_for_who_asks(tmp_path: Path) -> None:
    words = "import perennial.server.worker, pyarrow; pyarrow.table({'a': pyarrow.array([1, 2])})"
    assert loaded(tmp_path, words) >= {"pyarrow", "duckdb"}
    assert "pandas" not in loaded(tmp_path, words)
    assert "pandas" in loaded(tmp_path, words, "import pandas; assert len(pyarrow.table({'a': [1]}).to_pandas()) == 1")
