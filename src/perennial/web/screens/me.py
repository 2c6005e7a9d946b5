"""A user's own settings: theme, language, time zone, number format, password; and what they were told."""

from __future__ import annotations

from collections.abc import Container
from typing import cast
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Invalid
from perennial.objects.collaboration.digest import choose_mail, mail_choice
from perennial.web.kit.pages import Input
from perennial.web.middleware import Page
from perennial.web.shell import LANGUAGE_NAMES
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import User
from perennial.workspace.staff import change_password

THEMES = ("auto", "light", "dark")
NUMBER_FORMATS = {
    "": "", "en_GB": "1,234.50 · 9 Dec 2011", "en_US": "1,234.50 · Dec 9, 2011", "de": "1.234,50 · 9. Dez. 2011",
    "bs": "1.234,50 · 9. dec 2011", "kk": "1 234,50 · 2011 ж. 9 жел.", "fr": "1 234,50 · 9 déc. 2011",
}  # fmt: skip

MAIL = [
    ("never", gettext_lazy("Never")),
    ("at_once", gettext_lazy("At once")),
    ("daily", gettext_lazy("Once a day, in the morning")),
]


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        User.objects.filter(pk=cast(Page, request).user.pk).update(theme=chosen)
    return HttpResponse(status=204)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """For those signed in it is kept with them, for others in a cookie."""
    chosen = request.POST.get("language", "")
    address = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    response = HttpResponseRedirect(address if safe else "/")
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=chosen)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 24 * 3600, samesite="Lax")
    return response


@sensitive_post_parameters("password")
def me(request: HttpRequest) -> HttpResponse:
    page = cast(Page, request)
    user = page.user
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _save(request, user)
        if not errors:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect("/me/")
    return render(request, "web/form.html", {
        "title": _("Your settings"), "heading": _("Your settings"), "sub": user.email, "list_url": "", "action": "/me/",
        "inputs": _inputs(user, errors), "errors": [], "hidden": [], "submit_label": _("Save"), "cancel_url": "/",
    }, status=422 if errors else 200)  # fmt: skip


def _inputs(user: User, errors: dict[str, str]) -> list[Input]:
    as_firm = ("", _("As the firm"))
    zones = [as_firm, *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone)]
    formats = [(key, text or _("As the language")) for key, text in NUMBER_FORMATS.items()]
    languages = [as_firm, *((code, LANGUAGE_NAMES.get(code, str(name))) for code, name in settings.LANGUAGES)]
    return [
        Input("name", _("Name"), value=user.name, is_required=True, error=errors.get("name", ""), autocomplete="name"),
        Input("language", _("Language"), "choice", user.language, options=languages, is_required=True),
        Input("timezone", _("Time zone"), "choice", user.timezone, options=zones, is_required=True),
        Input("number_format", _("Numbers and dates"), "choice", user.number_format, options=formats, is_required=True),
        Input("mail", _("Mail me what I am told"), "choice", mail_choice(actor_of_user(user)), options=MAIL,
              is_required=True,
              help=_("Messages under the bell: comments, mentions and changes of records that you follow.")),
        Input("password", _("New password"), "password", error=errors.get("password", ""), autocomplete="new-password",
              help=_("Leave it empty to keep the present one.")),
    ]  # fmt: skip


def _save(request: HttpRequest, user: User) -> dict[str, str]:
    name = request.POST.get("name", "").replace("\x00", "").strip()
    if not name:
        return {"name": _("Say how your colleagues call you.")}
    user.name = name[:120]
    user.language = _known(request, "language", dict(settings.LANGUAGES))
    user.timezone = _known(request, "timezone", available_timezones())
    user.number_format = _known(request, "number_format", NUMBER_FORMATS)
    user.save(update_fields=["name", "language", "timezone", "number_format"])
    choose_mail(_known(request, "mail", dict(MAIL)), by=cast(Page, request).actor)
    password = request.POST.get("password", "")
    if password:
        try:
            change_password(user, password)
        except Invalid as wrong:
            return {key: str(text) for key, text in wrong.fields.items()}
        update_session_auth_hash(request, user)
    return {}


def _known(request: HttpRequest, key: str, known: Container[str]) -> str:
    text = request.POST.get(key, "")
    return text if text in known else ""
