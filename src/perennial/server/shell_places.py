"""Where the shell leads to pages of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.web.places import Place, register_place

register_place(
    Place(
        "server.health",
        label=_("Health"),
        url="/settings/health/",
        icon="activity",
        order=80,
        permission="health.view",
        kind="settings",
        hint=_("Whether everything runs, and what was refused."),
        words=_("status queue lag errors quarantine"),
    )
)
