from __future__ import annotations

import typer

from perennial.server.prepare import prepare_database, prepare_static_files

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database up to date. `up` does this by itself."""
    prepare_database(verbosity=1)
    prepare_static_files()
