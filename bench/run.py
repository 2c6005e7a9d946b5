"""All measurements, in an order in which none spoils the next: what only reads comes first."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench import (
    api,
    board,
    bulk,
    events,
    figures,
    files,
    first_export,
    foresight,
    journey,
    live,
    machine,
    made,
    metrics,
    pages,
)
from bench.deployment import Deployment, deployment, running
from bench.figures import Figure
from bench.foresight_plays import table as plays
from bench.rules import measuring as rules

Measurement = Callable[[Deployment, int], list[Figure]]
ROOT = Path(__file__).resolve().parent.parent / "build" / "bench"
REQUESTS, QUICK_REQUESTS = 200, 30
MEASUREMENTS: dict[str, Measurement] = {
    "first_page": pages.first_page,
    "lake": first_export.first_export,
    "memory": machine.idle_memory,
    "list": pages.lists,
    "board": board.boards,
    "search": pages.search,
    "customer": pages.customer_page,
    "overviews": pages.overviews,
    "statements": pages.statements,
    "rules": rules.previews,
    "metrics": metrics.shelf,
    "api_list": api.lists,
    "export": files.export,
    "create": api.create,
    "intake": events.intake_rates,
    "lag": events.lag,
    "import": files.imports,
    "made": made.made,
    "bulk_edit": bulk.bulks,
    "live": live.live,
    "journey": journey.journeys,
}


# What is simulated without any deployment, and takes its minutes: only when it is named.
SIMULATIONS: dict[str, Callable[[], Table]] = {"plays": plays, "foresight": foresight.table}


def bench(sizes: Sequence[tuple[int, int]], *, only: Sequence[str] = (), requests: int = REQUESTS,
          root: Path = ROOT) -> dict[int, list[Figure]]:  # fmt: skip
    """Measure at each size, print the table, write `results.json`."""
    console, results = Console(), dict[int, list[Figure]]()
    if not console.is_terminal:
        console = Console(width=150)
    for name in [each for each in only if each in SIMULATIONS]:
        console.print(SIMULATIONS[name]())
    if only and set(only) <= SIMULATIONS.keys():
        return results
    load = psutil.getloadavg()[0]
    for people, amount in sizes:
        it = deployment(people, amount, root)
        console.print(f"[dim]{people:,} people: starting[/]")
        with running(it):
            results[people] = []
            for name, measure in MEASUREMENTS.items():
                if not only or name in only:
                    console.print(f"[dim]{people:,} people: {name}[/]")
                    results[people] += measure(it, requests)
                    _write(root, results, requests, load)
    console.print(figures.table(list(results), results))
    console.print(f"Load of the machine before {load:.1f}, after {psutil.getloadavg()[0]:.1f}. "
                  f"The numbers are in {root / 'results.json'}.")  # fmt: skip
    return results


def _write(root: Path, results: dict[int, list[Figure]], requests: int, load: float) -> None:
    """After each measurement, so that a run that is broken off is not lost."""
    about: dict[str, object] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "processors": os.cpu_count(),
        "machine": platform.processor() or platform.machine(), "requests": requests,
        "memory_mb": psutil.virtual_memory().total // 1024**2, "load_before": round(load, 1),
        "load_after": round(psutil.getloadavg()[0], 1),
    }  # fmt: skip
    figures.write(root / "results.json", results, about)
    (root / "results.md").write_text(figures.markdown(list(results), results))
