"""The named rights to run things, beside the rights on objects: a closed, translated list."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: dict[str, Promise] = {
    "settings.manage": _("Change the firm's settings"),
    "objects.shape": _("Make and change objects, fields and layouts"),
    "rules.shape": _("Make and change segments"),
    "automation.shape": _("Build automations, publish and pause them"),
    "facts.shape": _("Make and change facts"),
    "metrics.shape": _("Make and change metrics"),
    "users.manage": _("Invite and remove users, change roles and teams"),
    "keys.manage": _("Create and revoke keys"),
    "webhooks.manage": _("Set up webhooks, and see what was sent to them"),
    "views.share": _("Share views of lists with everybody, and choose what a role sees first"),
    "import.run": _("Import files"),
    "customers.merge": _("Merge customers"),
    "customers.erase": _("Erase a person everywhere"),
    "health.view": _("See the health page"),
}
