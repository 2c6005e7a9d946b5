from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from perennial.foundation.errors import NotFound
from perennial.server.links import reset_link, sign_in_link
from perennial.workspace.models import Role, User
from perennial.workspace.staff import create_user

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Create and list users, make sign-in links.")


@app.command()
def create(
    email: str,
    name: Annotated[str, typer.Option(help="The name that colleagues see.")] = "",
    role: Annotated[str, typer.Option(help="A ready-made or own role, by its key.")] = "administrator",
) -> None:
    """Create a user and print the link with which they choose a password."""
    user = create_user(email, name=name, role=role_by_key(role))
    print(f"{user.name} is {user.role.name}. To choose a password, within two hours:")
    print(reset_link(user))


@app.command("list")
def list_users() -> None:
    """List everybody who works here."""
    table = Table("E-mail", "Name", "Role", "Active", "Last sign-in")
    for user in User.objects.select_related("role").order_by("email"):
        last = f"{user.last_login:%Y-%m-%d %H:%M}" if user.last_login else "never"
        table.add_row(user.email, user.name, user.role.key, "yes" if user.is_active else "no", last)
    Console().print(table)


@app.command()
def link(
    email: str,
    reset: Annotated[bool, typer.Option("--reset", help="To choose a new password instead of signing in.")] = False,
) -> None:
    """Print a link that lets this user in once."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NotFound(f"There is no active user {email}. See perennial user list.")
    print(reset_link(user) if reset else sign_in_link(user))


def role_by_key(key: str) -> Role:
    role = Role.objects.filter(key=key).first()
    if role is None:
        known = ", ".join(Role.objects.order_by("id").values_list("key", flat=True))
        raise NotFound(f"There is no role {key}. There are {known}.")
    return role
