"""Where automations are found in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.web.places import Place, register_place

HOME = "/automations/"

register_place(Place(
    "automations", _("Automations"), HOME, "bolt", "shape", 30, "automation.shape", shortcut="a",
    hint=_("What happens by itself: to whom, when, and why."),
    words=_("automation workflow flow journey trigger campaign drip approval webhook")))  # fmt: skip
register_place(Place("new_automation", _("New automation"), f"{HOME}new/", "plus", permission="automation.shape",
                     kind="palette", words=_("build workflow journey flow")))  # fmt: skip
