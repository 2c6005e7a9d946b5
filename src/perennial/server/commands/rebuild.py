from __future__ import annotations

import time
from typing import Annotated

import typer

from perennial.lifecycle.rebuilding import check, rebuild
from perennial.rules.facts.filling import fill_all
from perennial.rules.rebuilding import check_stays, rebuild_stays
from perennial.server.commands.progress import progress_bar

app = typer.Typer(add_completion=False)


@app.command("rebuild")
def rebuild_state(
    only_check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say whether it would come out the same.")
    ] = False,
) -> None:
    """Compute stages, standings and their history anew from the logs, facts made here, and who is in which segment."""
    started = time.monotonic()
    if only_check:
        compare(started)
        return
    with progress_bar("Computing stages and standings") as report:
        count = rebuild(progress=report)
    print(f"Stages and standings of {count:,} customers were computed anew in {time.monotonic() - started:.1f} s.")
    started = time.monotonic()
    facts = fill_all()
    if facts:
        print(f"{facts:,} facts made here were computed anew in {time.monotonic() - started:.1f} s.")
    started = time.monotonic()
    segments = rebuild_stays()
    if segments:
        print(f"Everybody was looked at for {segments:,} segments in {time.monotonic() - started:.1f} s.")


def compare(started: float) -> None:
    with progress_bar("Comparing stages and standings") as report:
        found = check(progress=report)
    for each in found.differences:
        print(f"Customer {each.customer_id}, {each.what}: kept {each.kept}, the logs say {each.computed}.")
    stays = check_stays()
    for wrong in stays.differences:
        kept, said = ("is", "is not") if wrong.is_kept else ("is not", "is")
        print(f"Record {wrong.record_id} {kept} kept as a member of {wrong.segment}; by its rule it {said}.")
    if not found.is_same:
        print(f"{found.different:,} of {found.customers:,} customers differ. perennial rebuild mends them.")
    if not stays.is_same:
        print(f"{stays.different:,} memberships differ. perennial rebuild mends them.")
    if not (found.is_same and stays.is_same):
        raise typer.Exit(1)
    print(f"All {found.customers:,} customers came out the same, in {time.monotonic() - started:.1f} s.")
    if stays.segments:
        print(f"All memberships of {stays.segments:,} segments did.")
