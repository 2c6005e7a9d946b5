"""Coming in and going out: password, one-time link, forgotten password, invitation."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth import login, logout
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from perennial.foundation.crypto import digest
from perennial.foundation.errors import Invalid
from perennial.web.kit.pages import Input
from perennial.web.screens.address import own_address
from perennial.workspace import access, staff
from perennial.workspace.firm import the_firm
from perennial.workspace.models import User

_TRIES = 10  # wrong passwords for one address from one place …
_TRIES_SECONDS = 15 * 60  # … within this time
_MAILS = 5  # password links to one address within that time


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    email = request.POST.get("email", "")
    errors: list[str] = []
    if request.method == "POST":
        counter = f"sign-in:{request.META.get('REMOTE_ADDR')}:{_counted(email)}"
        if _count(counter) > _TRIES:
            errors = [_("Too many tries. Wait a quarter of an hour, or choose a new password.")]
        else:
            user = access.user_by_password(email, request.POST.get("password", ""))
            if user is not None:
                caches["tries"].delete(counter)
                return _welcome(request, user)
            errors = [_("This address and password do not belong together.")]
    inputs = [
        Input("email", _("E-mail address"), "email", email, is_required=True, autocomplete="username",
              has_focus=not email),
        Input("password", _("Password"), "password", is_required=True, autocomplete="current-password",
              has_focus=bool(email)),
    ]  # fmt: skip
    context = {"firm_name": the_firm().name, "inputs": inputs, "errors": errors, "next": _next(request),
               "demo_link": ""}  # fmt: skip
    return render(request, "web/sign_in.html", context, status=422 if errors else 200)


@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link that `perennial` printed. It is good once, and asks for nothing."""
    user = access.user_by_token(token, "sign-in", max_age_seconds=access.SIGN_IN_LINK_SECONDS)
    if user is None:
        return _dead_link(request)
    return _welcome(request, user)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/sign-in/")


@never_cache
def password_forgotten(request: HttpRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    if is_sent and _count(f"password:{_counted(request.POST.get('email', ''))}") <= _MAILS:
        staff.send_reset(request.POST.get("email", ""), base_url=own_address(request))
    inputs = [Input("email", _("E-mail address"), "email", is_required=True, autocomplete="username", has_focus=True)]
    return render(request, "web/password_forgotten.html", {"inputs": inputs, "is_sent": is_sent, "errors": []})


def password_reset(request: HttpRequest, token: str) -> HttpResponse:
    return _choose_password(request, token, "reset", access.RESET_SECONDS)


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    return _choose_password(request, token, "invitation", access.INVITATION_SECONDS)


@never_cache
@sensitive_post_parameters("password")
def _choose_password(request: HttpRequest, token: str, purpose: str, seconds: int) -> HttpResponse:
    user = access.user_by_token(token, purpose, max_age_seconds=seconds)
    if user is None:
        return _dead_link(request)
    errors: Mapping[str, object] = {}
    if request.method == "POST":
        try:
            staff.change_password(user, request.POST.get("password", ""))
            return _welcome(request, user)
        except Invalid as refusal:
            errors = refusal.fields
    inputs = [Input("password", _("New password"), "password", is_required=True, autocomplete="new-password",
                    help=_("At least 10 characters; a few words are easiest to remember."), has_focus=True,
                    error=str(errors.get("password", "")))]  # fmt: skip
    context = {"inputs": inputs, "errors": [], "name": user.name, "email": user.email, "firm_name": the_firm().name,
               "is_invitation": purpose == "invitation"}  # fmt: skip
    return render(request, "web/password_reset.html", context, status=422 if errors else 200)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(_next(request) or "/")


def _counted(email: str) -> str:
    """The address as the name of a counter, whatever was typed."""
    return digest(email.strip().lower())


def _count(counter: str) -> int:
    """This try among those of the last quarter of an hour; counted before it is made, so that none slips by."""
    tries = caches["tries"]
    tries.add(counter, 0, _TRIES_SECONDS)
    try:
        return int(tries.incr(counter))
    except ValueError:  # it ended in this moment
        return 1


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: only to a path of our own."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe and address.startswith("/") else ""


def _dead_link(request: HttpRequest) -> HttpResponse:
    sentence = _("This link has been used, or is too old. Ask for a new one.")
    return render(request, "web/sign_in.html", {
        "firm_name": the_firm().name, "errors": [sentence], "next": "", "demo_link": "",
        "inputs": [Input("email", _("E-mail address"), "email", is_required=True, autocomplete="username"),
                   Input("password", _("Password"), "password", is_required=True, autocomplete="current-password")],
    }, status=410)  # fmt: skip
