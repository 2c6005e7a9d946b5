"""What may come of it: somebody bought, or sent something back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.rules.outcomes import Outcome, register_outcome

_CUSTOMERS = ("customers.person", "customers.company", "customers.customer")

register_outcome(Outcome("commerce.bought", _("Bought"), _CUSTOMERS, "commerce.order_placed", is_good=True))
register_outcome(Outcome("commerce.returned", _("Returned something"), _CUSTOMERS, "commerce.order_returned", False))
