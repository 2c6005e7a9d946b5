"""Where plays are found in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.types import object_types
from perennial.web.places import Place, register_place
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

HOME = "/plays/"


def _sees_anything(by: Actor) -> bool:
    return any(by.reach(key, "view") > Reach.NONE for key in object_types)


register_place(Place(
    "plays", _("Plays"), HOME, "target", "understand", 40, is_for=_sees_anything,
    hint=_("What is done for customers, and whether it helped: measured against a control group."),
    words=_("play control group experiment effect uplift win back retention test"),
))  # fmt: skip
