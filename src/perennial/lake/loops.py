"""What the worker does for the lake. Imported by the worker alone, for the engines behind it are heavy."""

from __future__ import annotations

import subprocess
import sys

from perennial.foundation.jobs import job, loop
from perennial.lake.engine import release_memory
from perennial.lake.exporting import Exporter
from perennial.lake.upkeep import compact, remove_old_files, sort_events
from perennial.lake.writer import sole_writer

LARGE = 20_000  # rows after which memory is worth giving back


class _Kept:
    exporter: Exporter | None = None
    rows = 0  # since memory was given back


@loop("lake.export", every=1.0)
def export() -> int:
    exporter, _Kept.exporter = _Kept.exporter, None  # a turn that fails leaves none behind
    with sole_writer(patient=False) as is_ours:
        if not is_ours:
            return 0
        exporter = exporter or Exporter()
        done = exporter.turn()
    _Kept.rows += done
    if done or _Kept.rows < LARGE:
        _Kept.exporter = exporter
        return done
    del exporter
    _Kept.rows = 0
    release_memory()
    return 0


@job("lake.compact", queue="upkeep", cron="*/10 * * * *")
def compact_files() -> None:
    compact()
    release_memory()


@job("lake.sort_events", queue="upkeep", cron="41 2 * * *")
def sort() -> None:
    sort_events()
    release_memory()


@job("lake.remove_old_files", queue="upkeep", cron="11 * * * *")
def remove_files() -> None:
    remove_old_files()
    release_memory()


@job("lake.find_duplicates", queue="upkeep", cron="27 3 * * *", retries=0)
def find_duplicates() -> None:
    """In a process of its own, which gives all its memory back."""
    subprocess.run([sys.executable, "-m", "perennial.lake.duplicates.process"], check=True)
