"""Keys for programs: made here, shown once, revoked here."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.web.kit.pages import Button, Input
from perennial.web.screens.settings.frame import allowed, log_setting, settings_page
from perennial.workspace.actor import Actor
from perennial.workspace.keys import create_key, revoke_key
from perennial.workspace.models import ApiKey, Role


@never_cache
def keys(request: HttpRequest, secret: str = "", secret_name: str = "") -> HttpResponse:
    allowed(request, "keys.manage")
    found = list(ApiKey.objects.select_related("role", "created_by").order_by("revoked_at", "-id")[:200])
    rows = [{
        "name": key.name, "prefix": key.prefix, "kind": key.kind, "used": key.last_used_at,
        "role": _(key.role.name) if key.role else _("send events only"),
        "by": key.created_by.name if key.created_by else "Perennial", "is_revoked": key.revoked_at is not None,
        "revoke_url": f"/settings/keys/{key.pk}/revoke/",
    } for key in found]  # fmt: skip
    live = sum(key.revoked_at is None for key in found)
    heading = ngettext("%(count)s key for programs", "%(count)s keys for programs", live) % {"count": live}
    return settings_page(
        request, "web/settings/keys.html", heading=heading,
        buttons=[Button(_("New key"), url="/settings/keys/new/", icon="plus", is_primary=True)],
        context={"keys": rows, "secret": secret, "secret_name": secret_name})  # fmt: skip


@never_cache
def new_key(request: HttpRequest) -> HttpResponse:
    """The answer to the form shows the key, so that it stands in no address and no session."""
    by = allowed(request, "keys.manage")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            name, secret = _create(request, by)
            return keys(request, secret, name)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
    roles = [("", _("Send events only (may be public, for example in a website)")),
             *((str(role.pk), _(role.name)) for role in Role.objects.order_by("id")
               if by.rights.covers(role.rights))]  # fmt: skip
    inputs = [
        Input("name", _("What uses it?"), value=request.POST.get("name", ""), is_required=True, has_focus=True,
              error=errors.get("name", ""), placeholder=_("Web shop")),
        Input("role", _("What may it do?"), "choice", request.POST.get("role", ""), options=roles, is_required=True),
    ]  # fmt: skip
    return render(request, "web/form.html", {
        "title": _("New key"), "heading": _("New key"), "sub": _("It is shown once, right after this."),
        "list_url": "/settings/keys/", "list_label": _("Keys"), "inputs": inputs, "errors": [], "hidden": [],
        "action": request.path, "submit_label": _("Make the key"), "cancel_url": "/settings/keys/",
    }, status=422 if errors else 200)  # fmt: skip


@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    by = allowed(request, "keys.manage")
    key = ApiKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotFound
    with transaction.atomic():
        revoke_key(key)
        log_setting(by.log_name, "keys.revoke", key.pk, {"revoked": [False, True]})
    return HttpResponseRedirect("/settings/keys/")


def _create(request: HttpRequest, by: Actor) -> tuple[str, str]:
    text = request.POST.get("role", "")
    role = None
    if text:
        role = Role.objects.filter(pk=whole_number(text) or 0).first()
        if role is None or not by.rights.covers(role.rights):
            raise Invalid({"role": _("Choose a role.")})
    with transaction.atomic():
        key, secret = create_key(request.POST.get("name", "").replace("\x00", ""), role=role, by=by)
        log_setting(by.log_name, "keys.create", key.pk, {"name": key.name, "kind": key.kind}, kind="create")
    return key.name, secret
