"""The places of the shell itself: Today, settings and a user's own page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.web.places import Place, register_place

register_place(Place("today", _("Today"), "/", "sun", order=10, shortcut="t", words=_("home start needs")))
register_place(
    Place("import", _("Import"), "/import/", "upload", "shape", 10, "import.run", words=_("csv file upload"))
)
register_place(Place(
    "settings", _("Settings"), "/settings/", "settings", "shape", 90, "settings.manage", shortcut="s",
    words=_("firm currency language time zone configuration")))  # fmt: skip
register_place(Place("firm", _("Firm"), "/settings/firm/", "building", order=10, permission="settings.manage",
                     kind="settings"))  # fmt: skip
register_place(Place("users", _("Users"), "/settings/users/", "users", order=20, permission="users.manage",
                     kind="settings", words=_("colleagues invite team")))  # fmt: skip
register_place(Place("objects", _("Objects"), "/settings/objects/", "box", order=15, permission="objects.shape",
                     kind="settings", words=_("custom fields columns new object properties")))  # fmt: skip
register_place(Place("observed", _("Events"), "/settings/events/", "activity", order=42, permission="objects.shape",
                     kind="settings", words=_("track website app hide forget")))  # fmt: skip
register_place(Place("roles", _("Roles"), "/settings/roles/", "shield", order=30, permission="users.manage",
                     kind="settings", words=_("rights permissions")))  # fmt: skip
register_place(Place("keys", _("Keys"), "/settings/keys/", "key", order=40, permission="keys.manage", kind="settings",
                     words=_("api token segment write key")))  # fmt: skip
register_place(Place("outbox", _("Mail"), "/settings/outbox/", "mail", order=50, permission="users.manage",
                     kind="settings", words=_("outbox smtp invitations")))  # fmt: skip
register_place(Place("me", _("Your settings"), "/me/", "user-circle", kind="palette",
                     words=_("language theme password time zone")))  # fmt: skip
register_place(Place("absence", _("When you are away"), "/me/absence/", "plane", kind="palette",
                     words=_("holiday vacation deputy absence stand in")))  # fmt: skip
