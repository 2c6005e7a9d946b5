from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from perennial.server.commands.progress import stages
from perennial.server.simulation.making import Asked, simulate, tidy

app = typer.Typer(add_completion=False)
EVENTS_EACH = 20


@app.command("simulate")
def make_firm(
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = 10_000,
    events: Annotated[int | None, typer.Option(min=1, help="How many events; 20 for each when not said.")] = None,
    companies: Annotated[int | None, typer.Option(min=0, help="How many companies; a 50th when not said.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same firm.")] = 1,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it ends before; today.")] = None,
    add: Annotated[bool, typer.Option("--add", help="Add to the customers that are here.")] = False,
) -> None:
    """Make a firm whose truth is known: why people buy, leave and complain, and what a discount really changes."""
    asked = Asked(
        people=people,
        events=people * EVENTS_EACH if events is None else events,
        companies=people // 50 if companies is None else companies,
        seed=seed,
        until=(until or datetime.now(UTC)).date(),
    )
    started = time.monotonic()
    with stages() as report:
        made = simulate(asked, adds=add, report=report)
        report("Tidying", 0, 0)
        tidy()
    print(
        f"{made.people:,} people, {made.companies:,} companies, {made.orders:,} orders and {made.events:,} events in "
        f"{time.monotonic() - started:.1f} s. What is true of them is in {made.truth}."
    )
