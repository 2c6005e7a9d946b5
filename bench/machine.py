"""What it costs to stand idle."""

from __future__ import annotations

from pathlib import Path

import psutil

from bench.deployment import Deployment, family
from bench.figures import Figure


def idle_memory(it: Deployment, requests: int) -> list[Figure]:
    """Proportional set size of every process, database included, after all that was asked of it."""
    it.settle()
    sizes = [_size(process) for process in family(it)]
    return [
        Figure("idle memory, everything (PSS)", sum(size for _name, size in sizes), "MB", 700),
        Figure(
            "idle memory, without the database",
            sum(size for name, size in sizes if not name.startswith("postgres")),
            "MB",
        ),
    ]


def _size(process: psutil.Process) -> tuple[str, float]:
    """Name and megabytes; the database ends processes of its own at any moment."""
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        kilobytes = sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        return process.name(), kilobytes / 1024
    except (FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
        return "", 0.0
