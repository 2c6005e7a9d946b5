"""The bar above a list: its views, its layouts, and what becomes of changes that are not saved."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.foundation.errors import Text
from perennial.objects.schema import KindSchema
from perennial.web.kit.pages import Choice
from perennial.web.screens.filters import ready_filters
from perennial.web.screens.views.shown import Shown

LAYOUTS: dict[str, tuple[Text, str]] = {
    "table": (gettext_lazy("Table"), "table"), "board": (gettext_lazy("Board"), "layout-kanban"),
    "calendar": (gettext_lazy("Calendar"), "calendar"), "split": (gettext_lazy("List beside record"), "layout-columns"),
}  # fmt: skip


def bar_of(shown: Shown) -> dict[str, object]:
    """What `_views.html` needs."""
    first = Choice(_("All"), shown.address_of(None), shown.view is None)
    tabs = [first, *(Choice(each.name, shown.address_of(each), each == shown.view) for each in shown.views)]
    possible = [key for key in LAYOUTS if _is_possible(shown, key)]
    return {
        "view_tabs": tabs, "view": shown.view, "is_changed": shown.is_changed,
        "layouts": [(Choice(LAYOUTS[key][0], shown.address(layout=key), shown.spec.layout == key), LAYOUTS[key][1])
                    for key in possible],
        "layout": LAYOUTS[shown.spec.layout][0], "layout_icon": LAYOUTS[shown.spec.layout][1],
        "display_url": shown.address("display/"), "save_url": shown.address("save-view/"),
        "save_as_url": shown.address("new-view/"), "unchanged_url": shown.address_of(shown.view),
        "may_save": shown.view is not None and shown.view.may_change,
        "may_keep": shown.by.user_id is not None,
        "view_url": f"{shown.path}views/{shown.view.id}/" if shown.view else "",
        "quick_url": shown.address("quick-filters/") if shown.view and shown.view.may_change else "",
    }  # fmt: skip


def pills_of(shown: Shown) -> list[Choice]:
    """Ready filters. Of a view they come on top of its filter and can be on together; on the kind's own list each is a
    filter of its own."""
    if shown.view is None:
        return ready_filters(shown.kind, shown.by, shown.filter, shown.path)
    schema = KindSchema(shown.kind, shown.by)
    found = []
    for number, (label, text) in enumerate(shown.quick_filters):
        is_on = number in shown.quick
        others = tuple(each for each in shown.quick if each != number)
        try:
            check(parse(text, schema), schema)
        except ConditionError:  # about a field that is gone, or that the actor may not read
            continue
        found.append(Choice(label, shown.address(quick=others if is_on else (*others, number)), is_on))
    return found


def _is_possible(shown: Shown, layout: str) -> bool:
    if layout == "board":
        return bool(shown.lane_field)
    if layout == "calendar":
        return bool(shown.day_field)
    return layout != "split" or shown.kind.has_page
