"""The list of facts, and what is done with one: retired, brought back, taken back to an earlier definition."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.facts import MADE, facts_about
from perennial.objects.field_rights import hidden
from perennial.objects.made.uses import uses_of
from perennial.objects.record_fields import FACT
from perennial.objects.types import ObjectType, object_types
from perennial.rules.facts.building import declared
from perennial.rules.facts.defining import PERMISSION, go_back, kind_for, readable, restore_fact, retire_fact
from perennial.rules.facts.models import MadeFact
from perennial.studio.facts.asked import kinds_for
from perennial.web.kit.pages import Button
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor

HOME = "/settings/facts/"


@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    by = allowed(request, PERMISSION)
    kinds = kinds_for(by)
    own = [(kind.label_plural, lines) for kind in kinds if (lines := _own_lines(kind, by))]
    came = [(kind.label_plural, lines) for kind in kinds if (lines := _came_lines(kind, by))]
    retired = [each for each in MadeFact.objects.exclude(retired_at=None).order_by("-retired_at")
               if each.object_key in {kind.key for kind in kinds}]  # fmt: skip
    new = Button(_("New fact"), url=f"{HOME}new/", icon="plus", is_primary=True)
    return settings_page(
        request, "studio/facts/facts.html", heading=_("Facts"), buttons=[new],
        sub=_("What is known of a record beside its fields: counts, sums, dates, computed and kept current."),
        context={"own": own, "came": came, "retired": retired, "home": HOME, "new": new})  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Asked first, with what would miss it."""
    by = allowed(request, PERMISSION)
    made = fact_named(fact_id, by)
    if request.method == "POST":
        retire_fact(made, by=by)
        messages.success(request, _("%(name)s is retired. It can be brought back below.") % {"name": made.label})
        return done(HOME)
    return render(request, "web/settings/objects/_retire.html", {
        "heading": _("Retire %(name)s?") % {"name": made.label},
        "uses": uses_of(made.object_key, f"{FACT}{made.key}"), "action": request.path,
        "text": _("It vanishes from lists, filters and the API. It is computed again when you restore it."),
    })  # fmt: skip


@require_POST
def restore(request: HttpRequest, fact_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    made = fact_named(fact_id, by, is_retired=True)
    try:
        restore_fact(made, by=by)
    except Invalid as wrong:
        messages.warning(request, str(next(iter(wrong.fields.values()))))
        return done(HOME)
    messages.success(request, _("%(name)s is back; its values are being computed.") % {"name": made.label})
    return done(f"{HOME}{made.pk}/")


@require_POST
def back(request: HttpRequest, fact_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    made = fact_named(fact_id, by)
    try:
        go_back(made, whole_number(request.POST.get("version", "")) or 0, by=by)
    except Invalid as wrong:
        messages.warning(request, str(next(iter(wrong.fields.values()))))
    else:
        messages.success(request, _("It is defined as before; its values are being computed."))
    return done(f"{HOME}{made.pk}/")


def fact_named(fact_id: int, by: Actor, *, is_retired: bool = False) -> MadeFact:
    """One that is there for the actor: of a kind they see, resting on nothing that they may not read."""
    found = MadeFact.objects.filter(pk=fact_id, retired_at__isnull=not is_retired).first()
    if found is None:
        raise NotFound
    kind_for(found.object_key, by)
    readable(found, by)
    return found


def _own_lines(kind: ObjectType, by: Actor) -> list[dict[str, Any]]:
    gone = hidden(kind, by)
    rows = MadeFact.objects.filter(object_key=kind.key, retired_at=None).order_by("label", "id")
    return [_line(each) for each in rows if f"{FACT}{each.key}" not in gone]


def _line(made: MadeFact) -> dict[str, Any]:
    fact = declared(made) if made.object_key in object_types else None
    return {
        "label": made.label, "key": made.key, "text": fact.definition if fact else "", "url": f"{HOME}{made.pk}/",
        "state": "" if made.state == MadeFact.State.READY else made.get_state_display(),
        "is_failed": made.state == MadeFact.State.FAILED,
    }  # fmt: skip


def _came_lines(kind: ObjectType, by: Actor) -> list[dict[str, Any]]:
    gone = hidden(kind, by)
    return [
        {"label": each.label, "key": each.key, "text": each.definition}
        for each in facts_about(kind.key)
        if not each.key.startswith(MADE) and f"{FACT}{each.key}" not in gone
    ]
