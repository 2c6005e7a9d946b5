"""The seven roles that every deployment starts with."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from perennial.workspace.models import Role
from perennial.workspace.rights import EVERYTHING, Reach, Rights, same_for_all

ALL, TEAM, OWN, NONE = Reach.ALL, Reach.TEAM, Reach.OWN, Reach.NONE

ROLES: dict[str, tuple[str, Rights]] = {
    "administrator": (gettext_noop("Administrator"), EVERYTHING),
    "manager": (
        gettext_noop("Manager"),
        Rights(
            same_for_all(view=ALL, create=ALL, edit=ALL, delete=ALL, export=ALL),
            frozenset(
                {
                    "import.run",
                    "customers.merge",
                    "customers.erase",
                    "health.view",
                    "views.share",
                    "automation.shape",
                    "facts.shape",
                    "metrics.shape",
                    "rules.shape",
                }
            ),
        ),
    ),
    "marketer": (
        gettext_noop("Marketer"),
        Rights(
            same_for_all(view=ALL, create=ALL, edit=ALL, delete=OWN, export=ALL),
            frozenset(
                {"import.run", "customers.merge", "automation.shape", "facts.shape", "metrics.shape", "rules.shape"}
            ),
        ),
    ),
    "sales": (
        gettext_noop("Sales"),
        Rights(same_for_all(view=ALL, create=ALL, edit=TEAM, delete=OWN, export=OWN), frozenset({"customers.merge"})),
    ),
    "service": (
        gettext_noop("Service"),
        Rights(same_for_all(view=ALL, create=ALL, edit=ALL, delete=NONE, export=NONE), frozenset({"customers.merge"})),
    ),
    "analyst": (
        gettext_noop("Analyst"),
        Rights(
            same_for_all(view=ALL, export=ALL),
            frozenset({"health.view", "facts.shape", "metrics.shape", "rules.shape"}),
        ),
    ),
    "viewer": (gettext_noop("Viewer"), Rights(same_for_all(view=ALL))),
}


def install_roles() -> None:
    """Make the ready-made roles that are missing; roles that a firm has changed stay as they are."""
    Role.objects.bulk_create(
        [
            Role(key=key, name=name, is_ready_made=True, rights_json=rights.to_json())
            for key, (name, rights) in ROLES.items()
        ],
        ignore_conflicts=True,
    )
