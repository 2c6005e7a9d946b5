"""Where the shell leads to what was bought."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.web.places import Place, register_place

register_place(Place(
    "orders", _("Orders"), "/o/commerce.order/", "shopping-bag", order=50, permission="view:commerce.order",
    shortcut="o", words=_("sales invoices returns")))  # fmt: skip
register_place(Place(
    "products", _("Products"), "/o/commerce.product/", "box", order=51, permission="view:commerce.product",
    shortcut="p", words=_("goods articles stock")))  # fmt: skip
register_place(Place(
    "sample", _("Start with your own firm"), "/settings/sample/", "plant-2", kind="palette",
    permission="settings.manage", words=_("sample demo remove delete empty")))  # fmt: skip
