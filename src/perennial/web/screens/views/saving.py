"""Saving what a list shows as a view, naming and sharing it, its quick filters, deleting it and bringing it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.conditions.errors import ConditionError
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.types import ObjectType, object_types
from perennial.objects.views.changing import Sharing, change_view, create_view, delete_view, restore_view
from perennial.objects.views.checking import MOST_QUICK
from perennial.objects.views.models import View
from perennial.objects.views.reading import SHARE, SavedView, view_of
from perennial.web.kit.pages import Input
from perennial.web.middleware import Page
from perennial.web.regions import is_partial
from perennial.web.screens.address import kind_of, list_url
from perennial.web.screens.views.shown import canonical, shown_of
from perennial.workspace.actor import Actor
from perennial.workspace.models import Role, Team


@require_http_methods(["GET", "POST"])
def new_view(request: HttpRequest, kind_key: str) -> HttpResponse:
    """Save what the address shows under a name. The quick filters that are on become part of its filter."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    if request.method == "GET":
        return _dialog(request, kind, _("Save as a view"), request.get_full_path(), {"audience": "private"}, {}, by)
    shown = shown_of(kind, request.GET, by=by)
    try:
        spec = replace(shown.spec, where=shown.where_text)
        view_id = create_view(kind, request.POST.get("name", ""), spec, by=by, sharing=_sharing(request.POST))
    except Invalid as wrong:
        sent = _sent(request.POST)
        return _dialog(request, kind, _("Save as a view"), request.get_full_path(), sent, wrong.fields, by)
    return _go(request, f"{list_url(kind)}?view={view_id}")


@require_POST
def save_view(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The view of the address becomes what the address shows."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    shown = shown_of(kind, request.GET, by=by)
    if shown.view is None:
        raise NotFound
    change_view(shown.view.id, by=by, spec=shown.spec)
    return _go(request, shown.address_of(shown.view))


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest, kind_key: str, view_id: int) -> HttpResponse:
    """The name of a view, who sees it, and whose role sees it first."""
    by = cast(Page, request).actor
    kind, found = _view(kind_key, view_id, by)
    if request.method == "GET":
        now = {"name": found.name, "audience": found.audience, "team_ids": list(found.team_ids),
               "default_role_ids": list(found.default_role_ids), "version": found.version}  # fmt: skip
        return _dialog(request, kind, _("Name and sharing"), request.path, now, {}, by)
    try:
        sharing = _sharing(request.POST, now=found, may_set_roles=by.may(SHARE))
        change_view(view_id, by=by, name=request.POST.get("name", ""), sharing=sharing,
                    version=whole_number(request.POST.get("version", "")))  # fmt: skip
    except Invalid as wrong:
        return _dialog(request, kind, _("Name and sharing"), request.path, _sent(request.POST), wrong.fields, by)
    return _go(request, f"{list_url(kind)}?view={view_id}")


@require_http_methods(["GET", "POST"])
def quick_filters(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The quick filters of the view in the address: a name and a condition each."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    shown = shown_of(kind, request.GET, by=by)
    if shown.view is None or not shown.view.may_change:
        raise NotFound
    if request.method == "GET":
        rows = [(str(label), text) for label, text in shown.quick_filters]
        unsaved = shown.where_text if shown.spec.where != shown.base.where else ""
        return _quick_dialog(request, [*rows, ("", unsaved)], "")
    sent = [(label.strip(), text.strip()) for label, text in
            zip(request.POST.getlist("label"), request.POST.getlist("text"), strict=False)]  # fmt: skip
    rows = [pair for pair in sent if pair[0]]
    try:
        quick = tuple((label, canonical(text)) for label, text in rows)
        if any(not text for _label, text in quick):
            raise Invalid({"quick": _("Write the condition of each quick filter, as in: owner is me")})
        change_view(shown.view.id, by=by, spec=replace(shown.base, quick=quick))
    except Invalid as wrong:
        return _quick_dialog(request, rows, " ".join(str(each) for each in wrong.fields.values()))
    except ConditionError as wrong:
        return _quick_dialog(request, rows, str(wrong))
    return _go(request, shown.address_of(shown.view))


@require_POST
def delete(request: HttpRequest, kind_key: str, view_id: int) -> HttpResponse:
    kind, _found = _view(kind_key, view_id, by := cast(Page, request).actor)
    delete_view(view_id, by=by)
    return _go(request, f"{list_url(kind)}?gone={view_id}")


@require_POST
def restore(request: HttpRequest, kind_key: str, view_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    restore_view(view_id, by=by)
    return _go(request, f"{list_url(kind)}?view={view_id}")


def _view(kind_key: str, view_id: int, by: Actor) -> tuple[ObjectType, SavedView]:
    found = view_of(view_id, by=by)
    if found.object_key != kind_key or not found.may_change:
        raise NotFound
    return object_types[kind_key], found


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _sent(sent: QueryDict) -> dict[str, Any]:
    return {
        "name": sent.get("name", ""), "audience": sent.get("audience", ""), "version": sent.get("version", ""),
        "team_ids": _numbers(sent, "team_ids"), "default_role_ids": _numbers(sent, "default_role_ids"),
    }  # fmt: skip


def _sharing(sent: QueryDict, *, now: SavedView | None = None, may_set_roles: bool = True) -> Sharing:
    """What was chosen. Teams and roles say nothing where they were not asked for."""
    audience = sent.get("audience", View.Audience.PRIVATE)
    teams = _numbers(sent, "team_ids") if audience == View.Audience.TEAMS else []
    roles = _numbers(sent, "default_role_ids") if audience == View.Audience.EVERYBODY else []
    if now is not None and not may_set_roles:
        roles = list(now.default_role_ids)
    return Sharing(audience, tuple(teams), tuple(roles))


def _numbers(sent: QueryDict, key: str) -> list[int]:
    return [number for text in sent.getlist(key)[:200] if (number := whole_number(text)) is not None]


def _dialog(request: HttpRequest, kind: ObjectType, heading: str, action: str, values: dict[str, Any],
            errors: Any, by: Actor) -> HttpResponse:  # fmt: skip
    """The form; who may share with everybody is also asked for the roles that see the view first."""
    may_share = by.may(SHARE)
    audiences = [(key, label) for key, label in View.Audience.choices if may_share or key != View.Audience.EVERYBODY
                 or values.get("audience") == key]  # fmt: skip
    teams = Team.objects.order_by("name") if may_share else Team.objects.filter(id__in=by.team_ids).order_by("name")
    inputs = [
        Input("name", _("Name"), value=values.get("name", ""), is_required=True, has_focus=True,
              error=errors.get("name", "")),
        Input("audience", _("Who sees it"), "choice", values.get("audience", ""), options=audiences, is_required=True,
              error=errors.get("audience", "")),
        Input("team_ids", _("Teams, when it is for teams"), "choices", values.get("team_ids", []),
              options=list(teams.values_list("id", "name")), error=errors.get("team_ids", "")),
    ]  # fmt: skip
    if may_share:
        roles = [(role.pk, _(role.name)) for role in Role.objects.order_by("id")]
        inputs.append(Input("default_role_ids", _("Roles that see it first, when it is for everybody"), "choices",
                            values.get("default_role_ids", []), options=roles,
                            error=errors.get("default_role_ids", "")))  # fmt: skip
    known = {"name", "audience", "team_ids", "default_role_ids"}
    return render(request, "web/_form_dialog.html", {
        "heading": heading, "sub": kind.label_plural, "action": action, "submit_label": _("Save"),
        "hidden": [("version", values["version"])] if values.get("version") else [],
        "inputs": [each for each in inputs if each.look != "choices" or each.options],
        "errors": [str(text) for key, text in errors.items() if key not in known],
    }, status=422 if errors else 200)  # fmt: skip


def _quick_dialog(request: HttpRequest, rows: list[tuple[str, str]], error: str) -> HttpResponse:
    blank = [("", "")] * max(0, min(3, MOST_QUICK - len(rows)))
    return render(request, "web/_quick_dialog.html", {
        "action": request.get_full_path(), "rows": [*rows, *blank][:MOST_QUICK], "errors": [error] if error else [],
    }, status=422 if error else 200)  # fmt: skip
