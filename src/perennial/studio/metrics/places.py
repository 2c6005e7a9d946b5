"""Where metrics are found in the shell: by everybody who may see the records of some kind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.types import object_types
from perennial.web.places import Place, register_place
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def _sees_anything(by: Actor) -> bool:
    return any(by.reach(key, "view") > Reach.NONE for key in object_types)


register_place(Place("metrics", _("Metrics"), "/metrics/", "chart-line", "understand", 30, is_for=_sees_anything,
                     words=_("numbers figures revenue churn rate kpi chart report")))  # fmt: skip
register_place(Place("new_metric", _("New metric"), "/metrics/new/", "plus", permission="metrics.shape",
                     kind="palette", words=_("count sum average number kpi")))  # fmt: skip
