"""Making and changing a receiver by hand. Its secret is shown once, in the answer that made it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from perennial.foundation.errors import Invalid
from perennial.integrations.webhooks import receivers
from perennial.integrations.webhooks.pages import HOME, deliveries
from perennial.integrations.webhooks.receivers import PERMISSION, receiver
from perennial.web.kit.pages import Button, Input
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.web.screens.settings.objects.kinds import done


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    by = allowed(request, PERMISSION)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made, told = receivers.make_receiver(request.POST.get("name", ""), request.POST.get("url", ""), by=by)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
        else:
            return _told(request, made.pk, told)
    inputs = _inputs(request.POST.get("name", ""), request.POST.get("url", ""), errors)
    return render(request, "web/form.html", {
        "title": _("New receiver"), "heading": _("New receiver"),
        "sub": _("The secret that signs what it is sent is shown once, right after this."),
        "list_url": HOME, "list_label": _("Webhooks"), "inputs": inputs, "errors": [], "hidden": [],
        "action": request.path, "submit_label": _("Make the receiver"), "cancel_url": HOME,
    }, status=422 if errors else 200)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, receiver_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    found = receiver(receiver_id)
    errors: dict[str, str] = {}
    name, url = found.name, found.url
    if request.method == "POST":
        name, url = request.POST.get("name", ""), request.POST.get("url", "")
        try:
            receivers.change_receiver(found, name, url, by=by)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{HOME}{found.pk}/")
    here = f"{HOME}{found.pk}/"
    rare = [
        {"label": _("Another secret"),
         "text": _("Shown once. The one before signs beside it until the next change, so nothing is missed meanwhile."),
         "button": Button(_("Make another"), url=f"{here}secret/")},
        {"label": _("No longer needed?"), "text": _("What waits is not sent any more. This cannot be taken back."),
         "button": Button(_("Remove"), post=f"{here}retire/", is_danger=True)},
    ]  # fmt: skip
    if found.earlier_secret:
        rare.insert(1, {"label": _("The secret before"),
                        "text": _("Two secrets sign now: the newest and the one before."),
                        "button": Button(_("Sign by the newest alone"), post=f"{here}forget/")})  # fmt: skip
    return settings_page(
        request, "integrations/receiver.html", heading=_("Change %(name)s") % {"name": found.name},
        status=422 if errors else 200,
        context={"sections": [{"label": "", "inputs": _inputs(name, url, errors)}], "action": request.path,
                 "home": HOME, "here": here, "name": found.name, "quiet": rare})  # fmt: skip


@require_POST
def switch(request: HttpRequest, receiver_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    found = receiver(receiver_id)
    receivers.switch(found, is_on=not found.is_on, by=by)
    return done(f"{HOME}{found.pk}/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def secret(request: HttpRequest, receiver_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    found = receiver(receiver_id)
    if request.method == "POST":
        return _told(request, receiver_id, receivers.renew_secret(found, by=by))
    here = f"{HOME}{found.pk}/"
    return render(request, "web/form.html", {
        "title": _("Another secret"), "heading": _("Another secret"), "list_url": here, "list_label": found.name,
        "sub": _("It is shown once, right after this. The one before signs beside it until the next change."),
        "inputs": [], "errors": [], "hidden": [], "action": request.path, "submit_label": _("Make another secret"),
        "cancel_url": f"{here}edit/",
    })  # fmt: skip


@require_POST
def forget(request: HttpRequest, receiver_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    receivers.forget_earlier(receiver(receiver_id), by=by)
    return done(f"{HOME}{receiver_id}/edit/")


@require_POST
def retire(request: HttpRequest, receiver_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    receivers.retire(receiver(receiver_id), by=by)
    return done(HOME)


def _told(request: HttpRequest, receiver_id: int, told: str) -> HttpResponse:
    """The page with the secret is the answer itself, so that it stands in no address and no session."""
    request.method = "GET"
    return deliveries(request, receiver_id, told)


def _inputs(name: str, url: str, errors: dict[str, str]) -> list[Input]:
    return [
        Input("name", _("What is it called?"), value=name[:80], is_required=True, has_focus=True,
              error=errors.get("name", ""), placeholder=_("Web shop")),
        Input("url", _("Where to"), "url", url[:2000], is_required=True, is_whole=True, error=errors.get("url", ""),
              placeholder="https://example.com/hook"),
    ]  # fmt: skip
