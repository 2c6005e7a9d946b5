"""Roles: what their holders may do with each kind of object, and how far."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.foundation.errors import Forbidden, NotFound, Text
from perennial.objects.types import object_types
from perennial.web.screens.settings.frame import allowed, log_setting, settings_page
from perennial.workspace.models import Role
from perennial.workspace.permissions import PERMISSIONS
from perennial.workspace.rights import EVERY, VERBS, Reach, Rights

VERB_LABELS: dict[str, Text] = {
    "view": gettext_lazy("See"), "create": gettext_lazy("Add"), "edit": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"), "export": gettext_lazy("Export"),
}  # fmt: skip
REACH_LABELS: dict[str, Text] = {
    "none": gettext_lazy("none"), "own": gettext_lazy("own"), "team": gettext_lazy("team's"),
    "all": gettext_lazy("all"),
}  # fmt: skip


def roles(request: HttpRequest) -> HttpResponse:
    allowed(request, "users.manage")
    found = list(Role.objects.annotate(count=Count("users", filter=Q(users__is_active=True))).order_by("id"))
    rows = [{"name": _(role.name), "summary": _summary(role.rights), "count": role.count,
             "url": f"/settings/roles/{role.pk}/", "is_ready_made": role.is_ready_made} for role in found]  # fmt: skip
    heading = ngettext("%(count)s role", "%(count)s roles", len(found)) % {"count": len(found)}
    return settings_page(request, "web/settings/roles.html", heading=heading, context={"roles": rows})


def role(request: HttpRequest, role_id: int) -> HttpResponse:
    by = allowed(request, "users.manage")
    found = Role.objects.filter(pk=role_id).first()
    if found is None:
        raise NotFound
    is_fixed = found.key == "administrator"
    if request.method == "POST" and not is_fixed:
        sent = _sent_rights(request.POST)
        if not (by.rights.covers(sent) and by.rights.covers(found.rights)):
            raise Forbidden
        rights = sent.to_json()
        with transaction.atomic():
            log_setting(by.log_name, "roles.change", found.pk, {"rights": [found.rights_json, rights]})
            Role.objects.filter(pk=found.pk).update(rights_json=rights)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect("/settings/roles/")
    return settings_page(
        request, "web/settings/role.html", heading=_("What %(role)s may do") % {"role": _(found.name)},
        context={"verbs": list(VERB_LABELS.items()), "reaches": list(REACH_LABELS.items()), "is_fixed": is_fixed,
                 "objects": _matrix(found.rights),
                 "permissions": [(key, text, found.rights.may(key)) for key, text in PERMISSIONS.items()]})  # fmt: skip


def _matrix(rights: Rights) -> list[dict[str, Any]]:
    """A row a kind, "everything else" last; a cell a verb."""
    kinds = [(kind.key, kind.label_plural, kind.icon) for kind in object_types.values() if not kind.parts]
    return [
        {"key": key, "label": label, "icon": icon,
         "cells": [(verb, rights.reach(key, verb).name.lower()) for verb in VERBS]}
        for key, label, icon in (*kinds, (EVERY, _("Everything else"), "dots"))
    ]  # fmt: skip


def _sent_rights(sent: QueryDict) -> Rights:
    """What the form says; a kind that is like "everything else" is left to it."""
    reaches = {key: _sent_reaches(sent, key) for key in (*object_types, EVERY) if f"{key}:view" in sent}
    rest = reaches.get(EVERY, {})
    kept = {key: verbs for key, verbs in reaches.items() if key == EVERY or verbs != rest}
    return Rights(kept, frozenset(key for key in sent.getlist("permission") if key in PERMISSIONS))


def _sent_reaches(sent: QueryDict, key: str) -> dict[str, Reach]:
    said = {str(verb): sent.get(f"{key}:{verb}", "none").upper() for verb in VERBS}
    return {verb: Reach[name] for verb, name in said.items() if name in Reach.__members__}


def _summary(rights: Rights) -> str:
    """In words: "See all · Change team's"."""
    parts = [f"{VERB_LABELS[verb]}: {REACH_LABELS[rights.reach(EVERY, verb).name.lower()]}" for verb in VERBS]
    return " · ".join(parts)
