from __future__ import annotations

import time
from pathlib import Path

import typer

from perennial.server.commands.progress import stages
from perennial.server.everything import load

app = typer.Typer(add_completion=False)


@app.command("load")
def load_everything(archive: Path) -> None:
    """Fill an empty deployment from an archive of everything. Stop Perennial before."""
    started = time.monotonic()
    with stages() as report:
        loaded = load(archive, report=report)
    seconds = time.monotonic() - started
    print(
        f"{loaded.rows:,} rows of {loaded.tables} tables and {loaded.files:,} files in {seconds:.1f} s; every table is"
        " the same. Users choose a new password; make yourself a link with: perennial user link <e-mail>"
    )
