"""Where Retention stands in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.foresight.retention.queries import may_see
from perennial.web.places import Place, register_place

register_place(Place(
    "retention", label=_("Retention"), url="/retention/", icon="heart-handshake", order=35,
    permission="view:customers.customer", hint=_("What leaving costs, with whom, and how far that is true."),
    words=_("churn leaving at stake lost money expected"), is_for=may_see,
))  # fmt: skip
