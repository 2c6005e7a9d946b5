from __future__ import annotations

import importlib
from typing import Annotated

import typer

from perennial.server.commands.up import become_supervisor
from perennial.server.environment import read_environment
from perennial.server.home_lock import running
from perennial.server.run import set_up

app = typer.Typer()


@app.command()
def demo(
    reload: Annotated[bool, typer.Option("--reload", help="Start the parts again when the source changes.")] = False,
) -> None:
    """Run Perennial with a real shop's data. When it runs already, say where."""
    found = running(read_environment().home)
    if found is None:
        become_supervisor("--demo", *(["--reload"] if reload else []))
        return
    set_up()
    links = importlib.import_module("perennial.server.links")
    administrator = importlib.import_module("perennial.server.demo").administrator()
    print(f"Perennial answers at {found.url}")
    print(f"Sign in once with {links.sign_in_link(administrator)}")
