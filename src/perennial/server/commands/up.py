from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def up(
    reload: Annotated[bool, typer.Option("--reload", help="Start the parts again when the source changes.")] = False,
) -> None:
    """Run Perennial until it is told to stop: the database, the pages and the background work, on one port."""
    become_supervisor(*(["--reload"] if reload else []))


def become_supervisor(*arguments: str) -> None:
    """Turn this process into the supervisor, which is much lighter than the command line."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "perennial.server.supervisor", *arguments])  # noqa: S606
