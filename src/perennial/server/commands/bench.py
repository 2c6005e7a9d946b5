from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False)
CHECKOUT = Path(__file__).resolve().parents[4]
QUICK = 10_000
EVENTS_EACH = 20


@app.command("bench")
def measure(
    people: Annotated[int, typer.Option(min=100, help="People of the larger deployment; the other has a tenth.")] = (
        1_000_000
    ),
    events: Annotated[int | None, typer.Option(min=1, help="Its events; 20 for each of the people.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="One measurement; may be repeated.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="10,000 people and few requests: whether it works.")] = False,
) -> None:
    """Measure the budgets beside their yardsticks, on simulated deployments that are kept in build/bench."""
    if not (CHECKOUT / "bench" / "run.py").exists():
        print("The measurements are part of a checkout, and this is none.")
        raise typer.Exit(1)
    sys.path.insert(0, str(CHECKOUT))
    run: Any = importlib.import_module("bench.run")
    known = [*run.MEASUREMENTS, *run.SIMULATIONS]
    unknown = sorted(set(only or []) - set(known))
    if unknown:
        raise typer.BadParameter(f"There is no measurement {unknown[0]}; there are {', '.join(known)}.")
    people = QUICK if quick else people
    events = events or people * EVENTS_EACH
    run.bench(
        [(people // 10, events // 10), (people, events)],
        only=only or [],
        requests=run.QUICK_REQUESTS if quick else run.REQUESTS,
    )
