"""Roles: what their holders may do with each kind of object, and how far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.foundation.errors import Forbidden, NotFound, Text
from perennial.objects.field_rights import Limitable, limitable
from perennial.objects.record_fields import FACT
from perennial.objects.types import ObjectType, object_types
from perennial.web.screens.settings.frame import allowed, log_setting, settings_page
from perennial.workspace.actor import Actor
from perennial.workspace.models import Role
from perennial.workspace.permissions import PERMISSIONS
from perennial.workspace.rights import EVERY, VERBS, FieldRight, Reach, Rights

VERB_LABELS: dict[str, Text] = {
    "view": gettext_lazy("See"), "create": gettext_lazy("Add"), "edit": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"), "export": gettext_lazy("Export"),
}  # fmt: skip
REACH_LABELS: dict[str, Text] = {
    "none": gettext_lazy("none"), "own": gettext_lazy("own"), "team": gettext_lazy("team's"),
    "all": gettext_lazy("all"),
}  # fmt: skip

FIELD_RIGHT_LABELS: dict[str, Text] = {
    "write": gettext_lazy("as the record"), "read": gettext_lazy("see only"), "none": gettext_lazy("hidden"),
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
        _keep(found, replace(_sent_rights(request.POST), fields=found.rights.fields), by)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect("/settings/roles/")
    return settings_page(
        request, "web/settings/role.html", heading=_("What %(role)s may do") % {"role": _(found.name)},
        context={"verbs": list(VERB_LABELS.items()), "reaches": list(REACH_LABELS.items()), "is_fixed": is_fixed,
                 "objects": _matrix(found),
                 "permissions": [(key, text, found.rights.may(key)) for key, text in PERMISSIONS.items()]})  # fmt: skip


def role_fields(request: HttpRequest, role_id: int, kind_key: str) -> HttpResponse:
    """Of one kind, the fields on which a role has less of a right than on the kind."""
    by = allowed(request, "users.manage")
    found, kind = Role.objects.filter(pk=role_id).first(), object_types.get(kind_key)
    if found is None or kind is None or kind.parts:
        raise NotFound
    is_fixed = found.key == "administrator"
    if request.method == "POST" and not is_fixed:
        fields = {**found.rights.fields, kind.key: _sent_fields(request.POST, kind)}
        _keep(found, replace(found.rights, fields={key: each for key, each in fields.items() if each}), by)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(f"/settings/roles/{found.pk}/")
    rows = [{"key": each.key, "label": each.label, "is_fact": each.key.startswith(FACT),
             "right": found.rights.field(kind.key, each.key).name.lower(),
             "offered": [right for right in FIELD_RIGHT_LABELS if _is_offered(each, right)]}
            for each in limitable(kind)]  # fmt: skip
    words = {"role": _(found.name), "kind": str(kind.label_plural)}
    return settings_page(
        request, "web/settings/role_fields.html", heading=_("%(role)s: fields of %(kind)s") % words,
        sub=_("A field is used as the record it stands in, unless you say less here."),
        context={"rights": list(FIELD_RIGHT_LABELS.items()), "fields": rows, "is_fixed": is_fixed,
                 "back_url": f"/settings/roles/{found.pk}/"})  # fmt: skip


def _keep(role: Role, rights: Rights, by: Actor) -> None:
    """Nobody gives, or takes away, rights that they do not have themselves."""
    if not (by.rights.covers(rights) and by.rights.covers(role.rights)):
        raise Forbidden
    kept = rights.to_json()
    with transaction.atomic():
        log_setting(by.log_name, "roles.change", role.pk, {"rights": [role.rights_json, kept]})
        Role.objects.filter(pk=role.pk).update(rights_json=kept)


def _is_offered(field: Limitable, right: str) -> bool:
    return right == "write" or (field.is_written if right == "read" else field.can_hide)


def _sent_fields(sent: QueryDict, kind: ObjectType) -> dict[str, FieldRight]:
    """What the form says, as far as it is less than the record."""
    said = {each.key: sent.get(f"field:{each.key}", "write") for each in limitable(kind) if
            _is_offered(each, sent.get(f"field:{each.key}", "write"))}  # fmt: skip
    return {key: FieldRight[name.upper()] for key, name in said.items() if name in ("read", "none")}


def _matrix(role: Role) -> list[dict[str, Any]]:
    """A row a kind, "everything else" last; a cell a verb; and how many fields it is limited in."""
    rights = role.rights
    kinds = [(kind.key, kind.label_plural, kind.icon) for kind in object_types.values() if not kind.parts]
    return [
        {"key": key, "label": label, "icon": icon,
         "cells": [(verb, rights.reach(key, verb).name.lower()) for verb in VERBS],
         "limited": len(rights.fields.get(key, ())),
         "fields_url": f"/settings/roles/{role.pk}/fields/{key}/" if key != EVERY else ""}
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
    limited = sum(map(len, rights.fields.values()))
    if limited:
        parts.append(ngettext("%(count)s field limited", "%(count)s fields limited", limited) % {"count": limited})
    return " · ".join(parts)
