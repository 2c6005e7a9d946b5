"""The address that starts an automation from a program: made, and made anew; it is shown once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.automation.defining import PERMISSION, new_secret
from perennial.automation.reading import automation_for
from perennial.foundation.errors import NotFound
from perennial.web.screens.settings.frame import allowed


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, automation_id: int) -> HttpResponse:
    """GET asks first; the answer to POST holds the address, so that it stands in no link and no session."""
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    trigger = automation.draft.get("trigger") or {}
    if trigger.get("kind") != "webhook":
        raise NotFound
    if request.method == "POST":
        key = new_secret(automation, by=by)
        shown = request.build_absolute_uri(f"/api/v1/hooks/{automation.pk}/{key}")
        example = f'{{"{trigger.get("key") or "external_id"}": "…"}}'
        response = render(request, "studio/automations/_address.html", {"address": shown, "example": example})
        response["Cache-Control"] = "no-store"
        return response
    sub = (
        _("Whoever has the address can start this automation. The present one opens nothing any more afterwards.")
        if automation.secret
        else _("Whoever has the address can start this automation. It is shown once, right after this.")
    )
    return render(request, "web/_form_dialog.html", {
        "heading": _("A new address?") if automation.secret else _("Make its address"), "action": request.path,
        "inputs": [], "errors": [], "hidden": [], "sub": sub, "submit_label": _("Make the address"),
    })  # fmt: skip
