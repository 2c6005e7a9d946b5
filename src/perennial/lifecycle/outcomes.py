"""What may come of it: somebody fell silent, or came back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.rules.outcomes import Outcome, register_outcome

_CUSTOMERS = ("customers.person", "customers.company", "customers.customer")

register_outcome(Outcome("lifecycle.lapsed", _("Left"), _CUSTOMERS, "lifecycle.lapsed", is_good=False))
register_outcome(Outcome("lifecycle.won_back", _("Was won back"), _CUSTOMERS, "lifecycle.won_back", is_good=True))
