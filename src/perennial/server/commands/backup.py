from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from perennial.server.archive import CannotRestore, write_backup
from perennial.server.environment import database_address, read_environment

app = typer.Typer(add_completion=False)


@app.command()
def backup(destination: Path) -> None:
    """Write database, lake and files into one archive. Perennial may go on running meanwhile."""
    environment = read_environment()
    address = database_address(environment)
    console = Console(stderr=True)
    try:
        with console.status("Starting") as status:
            manifest = write_backup(environment, address, destination.absolute(), say=status.update)
    except CannotRestore as error:
        print(error)
        raise typer.Exit(1) from None
    rows = sum(table.rows for table in manifest.tables.values())
    size = destination.stat().st_size / 1_000_000
    print(f"{destination}: {rows:,} rows of {len(manifest.tables)} tables, {size:,.1f} MB.")
    if not environment.lake_url.startswith(("/", ".")):
        print(f"The lake at {environment.lake_url} is not in it; it is written again from the database when needed.")
