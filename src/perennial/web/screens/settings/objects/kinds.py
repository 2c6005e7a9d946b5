"""The kinds of things: their list, a new one, and the page of one with its fields."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.objects.made import defining
from perennial.objects.made.catalogue import declared_kind
from perennial.objects.made.models import MadeKind, Term
from perennial.objects.made.uses import uses_of
from perennial.objects.types import ObjectType, object_types
from perennial.web.kit.pages import Button, Input
from perennial.web.screens.address import list_url
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.web.screens.settings.objects.listed import add_context, fields_context

RIGHT = defining.PERMISSION
HOME = "/settings/objects/"
ICONS = (
    "box", "building", "building-store", "briefcase", "shopping-bag", "ticket", "calendar-event", "file-text", "key",
    "map-pin", "package", "truck-delivery", "route", "plug", "book", "gift", "star", "flag", "heart", "leaf", "plant",
    "users", "credit-card", "chart-line", "car", "truck", "bike", "sailboat", "plane", "home-2", "school",
    "stethoscope", "paw", "trees", "tool", "camera", "music", "device-laptop", "cpu", "bulb", "rocket",
)  # fmt: skip


def overview(request: HttpRequest) -> HttpResponse:
    allowed(request, RIGHT)
    own = {each.key: each for each in MadeKind.objects.filter(retired_at=None)}
    kinds = [each for each in object_types.values() if not each.parts]
    retired = MadeKind.objects.exclude(retired_at=None).order_by("-retired_at")
    new = Button(_("New object"), url=f"{HOME}new/", icon="plus", is_primary=True)
    return settings_page(
        request, "web/settings/objects/kinds.html", heading=_("Objects"),
        sub=_("The kinds of things you keep, and what you know about each."), buttons=[new],
        context={"own": [_line(each, own[each.key]) for each in kinds if each.key in own], "new": new,
                 "others": [_line(each, None) for each in kinds if each.key not in own], "retired": retired,
                 "title": _("Objects")})  # fmt: skip


def new_kind(request: HttpRequest) -> HttpResponse:
    by = allowed(request, RIGHT)
    errors: dict[str, Any] = {}
    sent = request.POST
    if request.method == "POST":
        try:
            made = defining.make_kind(
                label=sent.get("label", ""), label_plural=sent.get("label_plural", "") or sent.get("label", ""),
                icon=_icon(sent.get("icon", "")), is_shared=sent.get("access") == "shared", by=by)  # fmt: skip
        except Invalid as wrong:
            errors = dict(wrong.fields)
        except Conflict as conflict:
            errors = {"label": str(conflict)}
        else:
            return HttpResponseRedirect(f"{HOME}{made.key}/")
    inputs = [
        Input("label", _("One of them is called"), value=sent.get("label", ""), placeholder=_("Boat"), is_required=True,
              has_focus=True, error=str(errors.get("label", "")), attributes={"maxlength": "80"}),
        Input("label_plural", _("Many are called"), value=sent.get("label_plural", ""), placeholder=_("Boats"),
              is_required=True, error=str(errors.get("label_plural", "")), attributes={"maxlength": "80"}),
        Input("access", _("Who sees them?"), "cards", sent.get("access", "owned"), options=[
            ("owned", _("Each has an owner; roles say who sees whose")), ("shared", _("Everybody who may see any")),
        ]),
    ]  # fmt: skip
    return settings_page(
        request, "web/settings/objects/new.html", heading=_("New object"), status=422 if errors else 200,
        sub=_("It gets a list, a form, a page, search, import and an address in the API at once."),
        context={"inputs": inputs, "icons": ICONS, "icon": sent.get("icon", "box"), "cancel_url": HOME,
                 "title": _("New object"), "submit_label": _("Make it")})  # fmt: skip


def kind_page(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The fields of a kind: those made here, those that came with Perennial, those retired."""
    allowed(request, RIGHT)
    kind = kind_named(kind_key)
    made = MadeKind.objects.filter(key=kind.key).first()
    rename = Button(_("Rename"), dialog=f"{HOME}{kind.key}/rename/", icon="pencil")
    layout = Button(_("Layout"), url=f"{HOME}{kind.key}/layout/", icon="layout-list")
    buttons = [Button(_("Open the list"), url=list_url(kind), icon="external-link"), layout, rename]
    return settings_page(
        request, "web/settings/objects/kind.html", heading=str(kind.label_plural),
        sub=_("In the API: %(path)s") % {"path": f"/api/v1/{kind.path}"}, buttons=buttons,
        context={**fields_context(kind), **add_context(kind), "made": made, "title": kind.label_plural,
                 "kind_icon": kind.icon, "home": HOME,
                 "retire": Button(_("Retire"), dialog=f"{HOME}{kind.key}/retire/", is_danger=True)})  # fmt: skip


def rename(request: HttpRequest, kind_key: str) -> HttpResponse:
    """What it is called; the keys in addresses and in the API stay."""
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    made = MadeKind.objects.filter(key=kind.key).first()
    errors: dict[str, Any] = {}
    label, plural = request.POST.get("label", str(kind.label)), request.POST.get("label_plural", str(kind.label_plural))
    if request.method == "POST":
        try:
            if made is not None:
                icon = _icon(request.POST.get("icon", made.icon))
                defining.change_kind(made, label=label, label_plural=plural, icon=icon, by=by)
            else:
                defining.rename_term(kind.key, label=label, label_plural=plural or label, by=by)
        except Invalid as wrong:
            errors = dict(wrong.fields)
        else:
            return done(f"{HOME}{kind.key}/")
    inputs = [Input("label", _("One of them is called"), value=label, is_required=made is not None, has_focus=True,
                    error=str(errors.get("label", ""))),
              Input("label_plural", _("Many are called"), value=plural, is_required=made is not None,
                    error=str(errors.get("label_plural", "")))]  # fmt: skip
    sub = _("Keys in addresses and in the API stay as they are.")
    if made is None and (declared := declared_kind(kind.key)) is not None:
        sub += " " + _("Leave both empty to call it %(name)s again.") % {"name": declared.label}
    return render(request, "web/_form_dialog.html", {
        "heading": _("Rename %(name)s") % {"name": kind.label_plural}, "sub": sub, "errors": [], "inputs": inputs,
        "action": request.path, "hidden": [], "submit_label": _("Rename")}, status=422 if errors else 200)  # fmt: skip


def retire(request: HttpRequest, kind_key: str) -> HttpResponse:
    """Asked first, with what would miss it; it and its records can be brought back."""
    by = allowed(request, RIGHT)
    made = MadeKind.objects.filter(key=kind_key, retired_at=None).first()
    if made is None:
        raise NotFound
    if request.method == "POST":
        defining.retire_kind(made, by=by)
        messages.success(
            request, _("%(name)s are retired. They can be brought back below.") % {"name": made.label_plural}
        )
        return done(HOME)
    return render(request, "web/settings/objects/_retire.html", {
        "heading": _("Retire %(name)s?") % {"name": made.label_plural}, "uses": uses_of(made.key),
        "text": _("They vanish from lists, search and the API, with their records. Nothing is deleted: everything"
                  " comes back when you restore them."),
        "action": request.path})  # fmt: skip


@require_POST
def restore(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = allowed(request, RIGHT)
    made = MadeKind.objects.filter(key=kind_key).exclude(retired_at=None).first()
    if made is None:
        raise NotFound
    defining.restore_kind(made, by=by)
    messages.success(request, _("%(name)s are back.") % {"name": made.label_plural})
    return done(f"{HOME}{made.key}/")


def rename_field(request: HttpRequest, kind_key: str, field_key: str) -> HttpResponse:
    """What a field that came with Perennial is called here."""
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    field = kind.field(field_key)
    if field is None or field.is_custom:
        raise NotFound
    term = f"{kind.key}/{field.key}"
    error = ""
    if request.method == "POST":
        try:
            defining.rename_term(term, label=request.POST.get("label", ""), by=by)
        except Invalid as wrong:
            error = str(next(iter(wrong.fields.values())))
        else:
            return done(f"{HOME}{kind.key}/")
    own = Term.objects.filter(key=term).first()
    return render(request, "web/_form_dialog.html", {
        "heading": _("Rename %(name)s") % {"name": field.label}, "errors": [], "hidden": [], "action": request.path,
        "sub": _("Leave it empty to give it back its own name."), "submit_label": _("Rename"),
        "inputs": [Input("label", _("Name"), value=own.label if own else str(field.label), has_focus=True,
                         error=error)],
    }, status=422 if error else 200)  # fmt: skip


def kind_named(key: str) -> ObjectType:
    """A kind that has fields of its own; unions have those of their parts."""
    kind = object_types.get(key)
    if kind is None or kind.parts:
        raise NotFound
    return kind


def done(url: str) -> HttpResponse:
    """Back to a page from a dialog or from a form."""
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = url
    return response


def _icon(name: str) -> str:
    return name if name in ICONS else "box"


def _line(kind: ObjectType, made: MadeKind | None) -> dict[str, Any]:
    own = sum(field.is_custom for field in kind.fields)
    count = ngettext("%(count)s field", "%(count)s fields", len(kind.fields)) % {"count": len(kind.fields)}
    if own and made is None:
        count += ", " + ngettext("%(count)s of your own", "%(count)s of your own", own) % {"count": own}
    return {"label": kind.label_plural, "icon": kind.icon, "url": f"{HOME}{kind.key}/", "count": count,
            "text": made.description if made else ""}  # fmt: skip
