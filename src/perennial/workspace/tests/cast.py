"""The people of every test: Ada administers, Ben has a limited role, Dov has an account and no rights at all."""

from __future__ import annotations

from dataclasses import dataclass

from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm, Role, Team, User
from perennial.workspace.ready_made import install_roles
from perennial.workspace.rights import NOTHING, Reach, Rights, same_for_all
from perennial.workspace.staff import create_user

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
    limited = Role.objects.create(
        key="limited",
        name="Limited",
        rights_json=Rights(
            same_for_all(view=Reach.OWN, create=Reach.OWN, edit=Reach.OWN, delete=Reach.NONE, export=Reach.NONE)
        ).to_json(),
    )
    none = Role.objects.create(key="none", name="None", rights_json=NOTHING.to_json())
    team = Team.objects.create(name="North")
    ada = create_user("ada@example.com", name="Ada", role=Role.objects.get(key="administrator"), password=PASSWORD)
    ben = create_user("ben@example.com", name="Ben", role=limited, password=PASSWORD, teams=[team])
    dov = create_user("dov@example.com", name="Dov", role=none, password=PASSWORD)
    return Cast(ada, ben, dov, actor_of_user(ada), actor_of_user(ben), actor_of_user(dov), team)
