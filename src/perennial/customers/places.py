"""Where the shell leads to customers and the work around them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.duplicates.merging import may_merge_some
from perennial.web.places import Place, register_place

register_place(Place(
    "customers", _("Customers"), "/o/customers.customer/", "users", order=20, permission="view:customers.customer",
    shortcut="c", hint=_("People and companies together."), words=_("people companies contacts")))  # fmt: skip
register_place(Place(
    "people", _("People"), "/o/customers.person/", "user", order=21, permission="view:customers.person",
    kind="palette", words=_("persons contacts")))  # fmt: skip
register_place(Place(
    "companies", _("Companies"), "/o/customers.company/", "building", order=22, permission="view:customers.company",
    kind="palette", words=_("firms accounts organisations")))  # fmt: skip
register_place(Place(
    "duplicates", _("Duplicates"), "/duplicates/", "arrow-merge", "shape", 15, is_for=may_merge_some,
    hint=_("Records that may be the same, to merge or to keep apart."),
    words=_("duplicate merge twice double")))  # fmt: skip
register_place(Place(
    "tasks", _("Tasks"), "/o/customers.task/", "checkbox", order=40, permission="view:customers.task", shortcut="k",
    words=_("to do reminders")))  # fmt: skip
