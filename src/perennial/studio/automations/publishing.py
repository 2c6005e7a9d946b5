"""Publishing, pausing, versions, and putting away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from perennial.automation import defining
from perennial.automation.defining import PERMISSION
from perennial.automation.models import Automation, AutomationVersion, Run
from perennial.automation.reading import automation_for, versions_of
from perennial.foundation.errors import Conflict, Invalid
from perennial.foundation.text import whole_number
from perennial.studio.automations.differences import differences
from perennial.studio.automations.places import HOME
from perennial.web.kit.pages import Input
from perennial.web.screens.settings.frame import allowed
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, automation_id: int) -> HttpResponse:
    """Asked first: what changed, in words for those who come after, and what becomes of who is on the way."""
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    sent = request.POST
    errors: list[str] = []
    if request.method == "POST":
        try:
            made = defining.publish(automation, by=by, version=whole_number(sent.get("version", "")),
                                    note=sent.get("note", ""), moves=sent.get("moves") == "move")  # fmt: skip
        except Invalid as wrong:
            errors = [str(text) for text in wrong.fields.values()]
        else:
            messages.success(request, _("Version %(number)d is published.") % {"number": made.number})
            return done(f"{HOME}{automation.pk}/")
    inputs = [Input("note", _("What is new in it"), value=sent.get("note", ""), has_focus=True)]
    inputs += _for_those_on_their_way(automation)
    return render(request, "web/_form_dialog.html", {
        "heading": _("Publish %(name)s?") % {"name": automation.name}, "action": request.path, "inputs": inputs,
        "sub": _("It runs with your rights, from now on: what happened before starts nothing."),
        "errors": errors, "hidden": [("version", automation.version)], "submit_label": _("Publish"),
    }, status=422 if errors else 200)  # fmt: skip


@require_POST
def pause(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    defining.pause(automation_for(automation_id, by=by), by=by)
    messages.success(request, _("Paused: nobody enters and nobody moves; everybody keeps their place."))
    return done(f"{HOME}{automation_id}/")


@require_POST
def resume(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    defining.resume(automation_for(automation_id, by=by), by=by)
    messages.success(request, _("It runs again."))
    return done(f"{HOME}{automation_id}/")


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    sent, error = request.POST, ""
    if request.method == "POST":
        try:
            defining.change(automation, by=by, name=sent.get("name", ""), description=sent.get("description", ""))
            return done(f"{HOME}{automation.pk}/")
        except Invalid as wrong:
            error = str(wrong.fields.get("name", ""))
    inputs = [
        Input(
            "name", _("Name"), value=sent.get("name", automation.name), error=error, is_required=True, has_focus=True
        ),
        Input("description", _("What it is for"), "long", sent.get("description", automation.description)),
    ]
    return render(request, "web/_form_dialog.html", {
        "heading": _("Rename"), "action": request.path, "inputs": inputs, "submit_label": _("Keep"), "errors": [],
    }, status=422 if error else 200)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    if request.method == "POST":
        defining.retire(automation, by=by)
        messages.success(request, _("%(name)s is retired.") % {"name": automation.name})
        return done(HOME)
    return render(request, "web/settings/objects/_retire.html", {
        "heading": _("Retire %(name)s?") % {"name": automation.name}, "uses": [], "action": request.path,
        "text": _("Nobody enters any more, and whoever is on the way stops. Its log stays."),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD"])
def versions(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    found = list(versions_of(automation)[:100])
    older = [*found[1:], None]
    lines = [_version(each, before, automation, by) for each, before in zip(found, older, strict=False)]
    return render(request, "studio/automations/versions.html", {
        "automation": automation, "url": f"{HOME}{automation.pk}/", "versions": lines,
        "moving": Run.objects.filter(automation_id=automation.pk, state=Run.State.MOVING).count(),
    })  # fmt: skip


@require_POST
def back(request: HttpRequest, automation_id: int) -> HttpResponse:
    by: Actor = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    number, moves = whole_number(request.POST.get("number", "")) or 0, request.POST.get("moves") == "move"
    try:
        made = defining.roll_back(automation, number, by=by, moves=moves)
    except Invalid as wrong:
        raise Conflict(" ".join(str(text) for text in wrong.fields.values())) from None
    messages.success(request, _("Version %(number)d is published.") % {"number": made.number})
    return done(f"{HOME}{automation_id}/versions/")


def _for_those_on_their_way(automation: Automation) -> list[Input]:
    count = Run.objects.filter(automation_id=automation.pk, state=Run.State.MOVING).count()
    if not count:
        return []
    label = ngettext("%(n)d is on the way", "%(n)d are on their way", count) % {"n": count}
    options = [
        ("finish", _("They finish on the version they have")),
        ("move", _("They move to the new version, to the same step")),
    ]
    return [Input("moves", label, "cards", "finish", options=options)]


def _version(
    version: AutomationVersion, before: AutomationVersion | None, automation: Automation, by: Actor
) -> dict[str, Any]:
    return {
        "number": version.number, "at": version.published_at, "by": version.published_by, "note": version.note,
        "is_now": version.pk == automation.published_id,
        "difference": differences(before.definition, version.definition, by=by) if before is not None else [],
    }  # fmt: skip
