from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from perennial.foundation.errors import NotFound
from perennial.server.commands.user import role_by_key
from perennial.workspace.actor import SYSTEM
from perennial.workspace.keys import create_key, revoke_key
from perennial.workspace.models import ApiKey

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Create, list and revoke keys for programs.")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What will use the key.")],
    role: Annotated[str, typer.Option(help="What it may do in the REST API, by the role's key.")] = "",
    intake: Annotated[bool, typer.Option("--intake", help="A write key for sending events instead.")] = False,
) -> None:
    """Create a key. It is printed alone on the last line, and never shown again."""
    if intake == bool(role):
        raise typer.BadParameter("Give either --role ROLE or --intake.")
    key, secret = create_key(name, role=None if intake else role_by_key(role), by=SYSTEM)
    print(f"The {'write key' if intake else 'key'} '{key.name}'. Keep it now: it is stored hashed.")
    print(secret)


@app.command("list")
def list_keys() -> None:
    """List the keys by their first letters."""
    table = Table("Number", "Name", "Begins with", "Role", "Last used", "Revoked")
    for key in ApiKey.objects.select_related("role").order_by("id"):
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        table.add_row(
            str(key.pk),
            key.name,
            key.prefix,
            key.role.key if key.role else "intake",
            used,
            "yes" if key.revoked_at else "",
        )
    Console().print(table)


@app.command()
def revoke(number: int) -> None:
    """Make a key useless from now on, by its number in the list."""
    key = ApiKey.objects.filter(pk=number).first()
    if key is None:
        raise NotFound(f"There is no key number {number}. See perennial key list.")
    revoke_key(key)
    print(f"The key '{key.name}' opens nothing any more.")
