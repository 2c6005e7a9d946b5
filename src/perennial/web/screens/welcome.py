"""The first run of a real firm: its administrator and what it needs to know about itself, on one page."""

from __future__ import annotations

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from perennial.foundation.errors import Invalid, Refused
from perennial.foundation.sql import execute
from perennial.web.kit.pages import Input
from perennial.web.screens.settings.firm import firm_inputs, save_firm
from perennial.workspace.models import Role, User
from perennial.workspace.ready_made import install_roles
from perennial.workspace.staff import create_user

_LOCK = 7_201_502  # two people who set up at the same moment


@never_cache
@sensitive_post_parameters("password")
def welcome(request: HttpRequest) -> HttpResponse:
    """Only while nobody is here yet; afterwards the address leads home."""
    if User.objects.exists():
        return HttpResponseRedirect("/")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            user = _set_up(request.POST)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return HttpResponseRedirect("/")
    return render(request, "web/first_run.html", {
        "person_inputs": _person(request.POST, errors), "errors": [], "sample_url": "",
        "firm_inputs": firm_inputs(request.POST, errors),
    }, status=422 if errors else 200)  # fmt: skip


def _set_up(sent: QueryDict) -> User:
    """Administrator and firm in one transaction: either both stand, or neither."""
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if User.objects.exists():
            raise Refused(_("Somebody has set this up already. Ask them for an invitation."))
        install_roles()
        user = create_user(sent.get("email", ""), name=sent.get("person", "").replace("\x00", ""),
                           role=Role.objects.get(key="administrator"), password=sent.get("password", ""))  # fmt: skip
        errors = save_firm(sent, by_name=f"user:{user.pk}")
        if errors:
            raise Invalid(errors)
    return user


def _person(sent: QueryDict, errors: dict[str, str]) -> list[Input]:
    return [
        Input("person", _("Your name"), value=sent.get("person", ""), is_required=True, autocomplete="name",
              has_focus=True),
        Input("email", _("E-mail address"), "email", sent.get("email", ""), is_required=True, autocomplete="username",
              error=errors.get("email", "")),
        Input("password", _("Password"), "password", is_required=True, autocomplete="new-password", is_whole=True,
              error=errors.get("password", ""), help=_("At least 10 characters; a few words are easiest to remember.")),
    ]  # fmt: skip
