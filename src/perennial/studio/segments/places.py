"""Where segments are found in the shell: by everybody who may see the records of some kind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.types import object_types
from perennial.web.places import Place, register_place
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def _sees_anything(by: Actor) -> bool:
    return any(by.reach(key, "view") > Reach.NONE for key in object_types)


register_place(Place("segments", _("Segments"), "/segments/", "users-group", "understand", 20, is_for=_sees_anything,
                     words=_("groups audiences lists rules dynamic static members")))  # fmt: skip
register_place(Place("new_segment", _("New segment"), "/segments/new/", "plus", permission="rules.shape",
                     kind="palette", words=_("build a rule audience filter group")))  # fmt: skip
