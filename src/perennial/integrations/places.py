"""Where this room is found in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.integrations.webhooks.receivers import PERMISSION
from perennial.web.places import Place, register_place

register_place(Place("webhooks", _("Webhooks"), "/settings/webhooks/", "webhook", order=45, permission=PERMISSION,
                     kind="settings", words=_("http callback integration outbox deliveries zapier")))  # fmt: skip
