"""What it costs to stand idle."""

from __future__ import annotations

from pathlib import Path

import psutil

from bench.deployment import Deployment, family
from bench.figures import Figure


def idle_memory(it: Deployment, requests: int) -> list[Figure]:
    """Proportional set size of every process, database included, after all that was asked of it."""
    it.settle()
    processes = family(it)
    ours = [process for process in processes if "postgres" not in process.name()]
    return [
        Figure("idle memory, everything (PSS)", _megabytes(processes), "MB", 700),
        Figure("idle memory, without the database", _megabytes(ours), "MB"),
    ]


def _megabytes(processes: list[psutil.Process]) -> float:
    total = 0
    for process in processes:
        try:
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024
