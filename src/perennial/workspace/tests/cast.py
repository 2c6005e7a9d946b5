"""The people of every test: Ada administers, Ben has a limited role, Dov has an account and no rights at all."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from perennial.workspace.actor import Actor, actors_of_users
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm, Role, Team, User
from perennial.workspace.ready_made import install_roles
from perennial.workspace.rights import NOTHING, Reach, Rights, same_for_all

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """Ada may everything; Ben may see, make and change what is his own; Dov may nothing."""

    ada_user: User
    ben_user: User
    dov_user: User
    ada: Actor
    ben: Actor
    dov: Actor
    team: Team


def make_cast() -> Cast:
    install_roles()
    Firm.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Fenwick Gifts",
            "currency": "GBP",
            "timezone": "Europe/London",
            "set_up_at": "2026-01-01T00:00:00Z",
        },
    )
    forget_firm()
    limited, none = Role.objects.bulk_create(
        [
            Role(
                key="limited",
                name="Limited",
                rights_json=Rights(
                    same_for_all(view=Reach.OWN, create=Reach.OWN, edit=Reach.OWN, delete=Reach.NONE, export=Reach.NONE)
                ).to_json(),
            ),
            Role(key="none", name="None", rights_json=NOTHING.to_json()),
        ]
    )
    team = Team.objects.create(name="North")
    roles = {"Ada": Role.objects.get(key="administrator"), "Ben": limited, "Dov": none}
    users = User.objects.bulk_create(  # half of all tests begin here, so with few statements
        [
            User(email=f"{name.lower()}@example.com", name=name, role=role, password=make_password(PASSWORD))
            for name, role in roles.items()
        ]
    )
    User.teams.through.objects.create(user=users[1], team=team)
    return Cast(*users, *actors_of_users(users), team)
