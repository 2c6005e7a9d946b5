"""A record's page: its name, what can be done, and the panels that rooms contribute."""

from __future__ import annotations

import re
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.actions import Action, actions_on
from perennial.objects.duplicates.plain import merged_into
from perennial.objects.fields import ChoiceType, LinesType
from perennial.objects.history import history
from perennial.objects.layouts.keeping import arrangements
from perennial.objects.layouts.spec import DETAILS, PANELS, Arrangement
from perennial.objects.panels import Panel, panels_on
from perennial.objects.types import ObjectType, object_types
from perennial.web.kit.pages import Button, Choice
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of, list_url, record_url
from perennial.web.screens.arranged import arranged_panels
from perennial.web.screens.changes import entries_of
from perennial.web.screens.columns import draw_value
from perennial.web.screens.panels import draw_panel, draw_panels
from perennial.web.screens.related import draw_related
from perennial.web.screens.same_as import place_of_same_as
from perennial.web.screens.sharing import sharing_buttons
from perennial.workspace.actor import Actor

HISTORY = "history"
_NUMBER = re.compile(r"[A-Z]?\d+")
CHIPS = ("stage", "standing")  # fields of these looks are chips beside the name, and not rows below it


def record(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    try:
        row = query.get(kind, record_id, by=by)
    except NotFound:
        winner = merged_into(kind, record_id)
        if winner is None or winner not in query.allowed_ids(kind, [winner], by=by, verb="view"):
            raise
        return HttpResponseRedirect(record_url(kind.key, winner))
    own = _own_kind(kind, row)
    layout = arrangements(own, by)
    order = layout[PANELS]
    tabs = arranged_panels([panel for panel in panels_on(own.key, "main") if panel.is_tab], order)
    chosen = request.GET.get("tab") or (tabs[0].key if tabs else HISTORY)
    is_plain = not tabs and not panels_on(own.key, "main")  # then what is known is the main thing, not an aside
    details = _fields_panel(request, own, row, by, is_wide=is_plain, arrangement=layout[DETAILS])
    return render(request, "web/record.html", {
        "title": _name(own, row), "heading": _name(own, row),
        "list_url": list_url(kind), "list_label": kind.label_plural, "chips": [], **_chips(own, row),
        "told": draw_panels(request, own.key, "chips", row.id),
        "buttons": _buttons(own, row.id, by), "more": _more(own, row.id, by),
        "head": [*draw_panels(request, own.key, "head", row.id, order), *([details] if is_plain else [])],
        "main": draw_panels(request, own.key, "main", row.id, order),
        "side": [*place_of_same_as(own, by),
                 *draw_panels(request, own.key, "side", row.id, order), *draw_related(request, own, row.id, by),
                 *([] if is_plain else [details])],
        "tabs": [*(Choice(panel.label, f"?tab={panel.key}", panel.key == chosen) for panel in tabs),
                 Choice(_("Changes"), f"?tab={HISTORY}", chosen == HISTORY)],
        "tab": _tab(request, tabs, chosen, own, row.id, by),
    })  # fmt: skip


def _name(kind: ObjectType, row: query.Row) -> str:
    """A bare number says what it is the number of."""
    if not row.title:
        return f"{kind.label} #{row.id}"
    return f"{kind.label} {row.title}" if _NUMBER.fullmatch(row.title) else row.title


def _own_kind(kind: ObjectType, row: query.Row) -> ObjectType:
    """The part of a union that the record is: a customer is a person or a company."""
    for key in kind.parts:
        part = object_types.get(key)
        if part is not None and all(row.values.get(name) == value for name, value in part.fixed.items()):
            return part
    return kind


def _chips(kind: ObjectType, row: query.Row) -> dict[str, Any]:
    found: dict[str, Any] = {"stage": "", "stage_text": "", "standing": "", "standing_text": ""}
    for field in kind.fields:
        value = row.values.get(field.key)
        if field.type.look in CHIPS and value and isinstance(field.type, ChoiceType):
            found |= {field.type.look: value, f"{field.type.look}_text": field.type.label_of(value)}
    return found


def _buttons(kind: ObjectType, record_id: int, by: Actor) -> list[Button]:
    acts = [each for each in _offered(kind, by) if not each.is_quiet]
    if not acts and kind.can_edit and by.reach(kind.key, "edit") > 0:
        return [Button(_("Edit"), url=f"/o/{kind.key}/{record_id}/edit/", icon="pencil")]
    return [_act_button(kind, record_id, each) for each in acts[:3]]


def _offered(kind: ObjectType, by: Actor) -> list[Action]:
    """What can be done with one record."""
    return [each for each in actions_on(kind.key, by) if each.least == 1 and each.on_pages]


def _more(kind: ObjectType, record_id: int, by: Actor) -> list[Button]:
    address = f"/o/{kind.key}/{record_id}/"
    acts = _offered(kind, by)
    offered = [each for each in acts if not each.is_quiet][3:] + [each for each in acts if each.is_quiet]
    buttons = [_act_button(kind, record_id, each) for each in offered]
    if kind.can_edit and by.reach(kind.key, "edit") > 0 and any(not each.is_quiet for each in acts):
        buttons.insert(0, Button(_("Edit"), url=f"{address}edit/", icon="pencil"))
    buttons += sharing_buttons(kind, record_id, by=by)
    if kind.can_delete and by.reach(kind.key, "delete") > 0:
        buttons.append(Button(_("Delete"), post=f"{address}delete/", icon="trash", is_danger=True))
    return buttons


def _act_button(kind: ObjectType, record_id: int, act: Action) -> Button:
    address = f"/o/{kind.key}/{record_id}/do/{act.key}/"
    if act.input.model_fields:
        return Button(act.label, dialog=address, icon=act.icon)
    return Button(act.label, post=address, icon=act.icon)


def _fields_panel(request: HttpRequest, kind: ObjectType, row: query.Row, by: Actor, *, is_wide: bool,
                  arrangement: Arrangement) -> SafeString:  # fmt: skip
    """What we know: every field that has a value, in the sections of the layout."""
    reader = reader_of(by)
    drawn = {
        field.key: (field.label, draw_value(field.type, row.values[field.key], reader), field.help)
        for field in kind.fields
        if row.values.get(field.key) not in (None, "") and field.type.look not in CHIPS
        and not isinstance(field.type, LinesType) and field.key != kind.title
    }  # fmt: skip
    sections = arrangement.of(drawn)
    parts = [
        render_to_string("web/_facts_panel.html", {
            "heading": section.label or _("Details"), "pairs": [drawn[key] for key in section.keys],
            "is_wide": is_wide}, request)
        for section in sections
    ]  # fmt: skip
    return SafeString("".join(parts))


def _tab(request: HttpRequest, tabs: list[Panel], chosen: str, kind: ObjectType, record_id: int,
         by: Actor) -> SafeString:  # fmt: skip
    if chosen == HISTORY:
        entries, following = entries_of(
            history(kind, record_id, by=by, before=whole_number(request.GET.get("before", ""))), kind, by
        )
        next_url = f"?tab={HISTORY}&before={following}" if following else ""
        return render_to_string("web/_timeline.html", {
            "filters": [], "entries": entries, "next_url": next_url,
            "empty_text": _("Every change to this record will stand here, with who made it.")}, request)  # fmt: skip
    panel = next((each for each in tabs if each.key == chosen), None)
    if panel is None:
        raise NotFound
    return draw_panel(request, panel, kind.key, record_id) or SafeString("")
