"""Where lifecycle stands in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.web.places import Place, register_place

register_place(Place(
    "lifecycle", label=_("Lifecycle"), url="/lifecycle/", icon="stairs-up", order=30,
    permission="view:customers.customer", hint=_("Where everyone is, how they moved and where they stall."),
    words=_("stages reach acquisition conversion retention loyalty quiet lapsed"), shortcut="l",
))  # fmt: skip
register_place(Place(
    "lifecycle.rules", label=_("What makes a stage"), url="/lifecycle/rules/", icon="list-check", kind="palette",
    permission="view:customers.customer", hint=_("The rules of the five stages, in plain sentences."),
))  # fmt: skip
