from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from perennial.server.archive import CannotRestore, restore_backup
from perennial.server.environment import read_environment

app = typer.Typer(add_completion=False)


@app.command()
def restore(source: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Fill an empty data folder from an archive, and compare every table with what was written."""
    environment = read_environment()
    console = Console(stderr=True)
    try:
        with console.status("Starting") as status:
            differing = restore_backup(environment, source.absolute(), say=status.update)
    except CannotRestore as error:
        print(error)
        raise typer.Exit(1) from None
    for name, (written, found) in differing.items():
        print(f"{name} differs: {written} was written, {found} was found.")
    if differing:
        raise typer.Exit(1)
    print(f"Restored into {environment.home}: every table is the same as when the backup was made.")
