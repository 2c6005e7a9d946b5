"""Where lifecycle stands in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.field_rights import can_read
from perennial.web.places import Place, register_place
from perennial.workspace.actor import Actor


def _sees_stages(by: Actor) -> bool:
    """Where a role may not read the stage, nothing is left to see."""
    return can_read("customers.customer", "stage", by)


register_place(Place(
    "lifecycle", label=_("Lifecycle"), url="/lifecycle/", icon="stairs-up", order=30,
    permission="view:customers.customer", hint=_("Where everyone is, how they moved and where they stall."),
    words=_("stages reach acquisition conversion retention loyalty quiet lapsed"), shortcut="l", is_for=_sees_stages,
))  # fmt: skip
register_place(Place(
    "lifecycle.rules", label=_("What makes a stage"), url="/lifecycle/rules/", icon="list-check", kind="palette",
    permission="view:customers.customer", hint=_("The rules of the five stages, in plain sentences."),
    is_for=_sees_stages,
))  # fmt: skip
