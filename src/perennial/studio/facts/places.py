"""Where facts are found in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.web.places import Place, register_place

register_place(Place("facts", _("Facts"), "/settings/facts/", "math-function", order=16, permission="facts.shape",
                     kind="settings", words=_("computed count sum average traits calculated properties")))  # fmt: skip
