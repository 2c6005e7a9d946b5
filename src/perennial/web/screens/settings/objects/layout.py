"""How a kind's form and page are laid out, for everybody or for a role: rows moved by drag or by the arrow keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from perennial.foundation.errors import NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.fields import LinesType
from perennial.objects.layouts.keeping import drop_layout, keep_part, kept_layout, roles_with_layouts
from perennial.objects.layouts.spec import DETAILS, FORM, PANELS, PARTS, Arrangement, arranged
from perennial.objects.panels import panels_on
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Choice
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.web.screens.settings.objects.kinds import HOME, RIGHT, kind_named
from perennial.workspace.models import Role

_LABELS: dict[str, Text] = {
    FORM: gettext_lazy("Form"), DETAILS: gettext_lazy("Details on the page"), PANELS: gettext_lazy("Panels and tabs"),
}  # fmt: skip


def layout(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    role_id = _role_id(request.GET.get("role", ""))
    items = {part: _items(kind, part) for part in PARTS}
    part = request.GET.get("part", FORM)
    part = part if items.get(part) else FORM
    if request.method == "POST":
        keep_part(kind.key, role_id, part, arranged(_rows(request.POST)), by=by)
        messages.success(request, _("Kept."))
        return HttpResponseRedirect(_address(kind, part, role_id))
    own = kept_layout(kind.key, role_id)
    shown = own if own is not None else kept_layout(kind.key, None)
    arrangement = shown[part] if shown else Arrangement()
    return settings_page(
        request, "web/settings/objects/layout.html", heading=_("Layout of %(name)s") % {"name": kind.label_plural},
        sub=_("It arranges what people see. It gives no right, and takes none."),
        context={
            "title": _("Layout"), "kind_label": kind.label_plural, "kind_url": f"{HOME}{kind.key}/", "part": part,
            "parts": [Choice(_LABELS[each], _address(kind, each, role_id), each == part)
                      for each in PARTS if items[each]],
            "roles": _role_choices(kind, part, role_id), "rows": _shown(items[part], arrangement, _needed(kind, part)),
            "left_out": _left_out(items[part], arrangement, _needed(kind, part)),
            "may_section": part != PANELS, "action": _address(kind, part, role_id), "is_own": own is not None,
            "drop_url": f"{HOME}{kind.key}/layout/drop/?role={role_id or ''}",
        })  # fmt: skip


@require_POST
def drop(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    role_id = _role_id(request.GET.get("role", ""))
    drop_layout(kind.key, role_id, by=by)
    messages.success(request, _("Back to how it was made."))
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = _address(kind, FORM, role_id)
    return response


def _items(kind: ObjectType, part: str) -> dict[str, tuple[str, str]]:
    """What can be arranged: label and kind of thing, by key, in the order of the declaration."""
    if part == PANELS:
        found = [(panel, area) for area in ("head", "main", "side") for panel in panels_on(kind.key, area)]
        where = {"head": _("across the page"), "main": _("main"), "side": _("beside")}
        return {panel.key: (str(panel.label), _("tab") if panel.is_tab else where[area]) for panel, area in found}
    keys = kind.form or tuple(field.key for field in kind.fields)
    fields = [kind.field(key) for key in keys] if part == FORM else [*kind.fields]
    return {
        field.key: (str(field.label), "")
        for field in fields
        if field is not None and not isinstance(field.type, LinesType)
        and not (field.readonly if part == FORM else field.key == kind.title)
    }  # fmt: skip


def _needed(kind: ObjectType, part: str) -> frozenset[str]:
    return frozenset(field.key for field in kind.fields if field.required) if part == FORM else frozenset()


def _shown(items: dict[str, tuple[str, str]], arrangement: Arrangement, needed: frozenset[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for section in arrangement.of(items, needed=needed):
        if section.label:
            rows.append({"section": section.label})
        rows += [_row(key, items[key], key in needed) for key in section.keys]
    return rows


def _left_out(items: dict[str, tuple[str, str]], arrangement: Arrangement,
              needed: frozenset[str]) -> list[dict[str, Any]]:  # fmt: skip
    shown = {key for section in arrangement.of(items, needed=needed) for key in section.keys}
    return [_row(key, item, is_needed=False) for key, item in items.items() if key not in shown]


def _row(key: str, item: tuple[str, str], is_needed: bool) -> dict[str, Any]:
    return {"key": key, "label": item[0], "where": item[1], "is_needed": is_needed}


def _rows(sent: QueryDict) -> list[tuple[str, str]]:
    """The rows of the editor, in their order; each section row has its heading in "heading"."""
    headings = iter(sent.getlist("heading"))
    rows = []
    for row in sent.getlist("row"):
        what, _colon, key = row.partition(":")
        rows.append((what, next(headings, "") if what == "section" else key))
    return rows


def _role_id(text: str) -> int | None:
    if not text:
        return None
    found = whole_number(text)
    if found is None or not Role.objects.filter(pk=found).exists():
        raise NotFound
    return found


def _role_choices(kind: ObjectType, part: str, role_id: int | None) -> list[tuple[str, str, bool]]:
    """(address, name, is here): a dot marks those that have one of their own."""
    with_own = roles_with_layouts(kind.key)
    roles = [(None, _("Everybody")), *((role.pk, _(role.name)) for role in Role.objects.order_by("id"))]
    return [(_address(kind, part, pk), f"{name} ●" if pk in with_own else name, pk == role_id) for pk, name in roles]


def _address(kind: ObjectType, part: str, role_id: int | None) -> str:
    return f"{HOME}{kind.key}/layout/?part={part}" + (f"&role={role_id}" if role_id else "")
