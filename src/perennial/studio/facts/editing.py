"""The form of a fact: a new one, or another definition of one that is there; drawn anew with each choice, and tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.foundation.errors import Conflict, Invalid
from perennial.objects.types import ObjectType
from perennial.rules.facts.building import sentence_of
from perennial.rules.facts.defining import PERMISSION, change_fact, make_fact
from perennial.rules.facts.models import FactVersion, MadeFact
from perennial.rules.facts.options import options_of
from perennial.studio.facts.asked import inputs_of, kinds_for, sent_definition, sent_rule
from perennial.studio.facts.pages import HOME, fact_named
from perennial.studio.facts.trying import tried
from perennial.web.kit.pages import Button, Input
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.workspace.actor import Actor

_VERSIONS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    by = allowed(request, PERMISSION)
    sent = request.POST if request.method == "POST" else request.GET
    kind, form = _chosen(sent, by)
    options = sent_definition(sent, kind, form, by=by)
    errors: Mapping[str, Any] = {}
    if request.method == "POST":
        try:
            whole = sent_definition(sent, kind, form, by=by, is_whole=True)
            made = make_fact(kind.key, form=form, label=sent.get("label", ""), options=whole,
                             description=sent.get("description", ""), by=by)  # fmt: skip
        except Invalid as wrong:
            errors = wrong.fields
        except Conflict as conflict:
            errors = {"label": str(conflict)}
        else:
            messages.success(request, _("%(name)s is being computed.") % {"name": made.label})
            return HttpResponseRedirect(f"{HOME}{made.pk}/")
    return settings_page(
        request, "studio/facts/fact.html", heading=_("New fact"), status=422 if errors else 200,
        sub=_("It can be a column, a filter and a part of rules as soon as it is kept."),
        context={"named": _named(sent, errors), "crumb": HOME, "submit_label": _("Make it"), "is_new": True,
                 **_asked(kind, form, options, errors, by, sent=sent)})  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, fact_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    made = fact_named(fact_id, by)
    kind = next(each for each in kinds_for(by) if each.key == made.object_key)
    sent = request.POST
    options = sent_definition(sent, kind, made.form, by=by) if request.method == "POST" else made.options
    errors: Mapping[str, Any] = {}
    if request.method == "POST":
        try:
            whole = sent_definition(sent, kind, made.form, by=by, is_whole=True)
            change_fact(made, by=by, label=sent.get("label", ""), description=sent.get("description", ""),
                        options=whole)  # fmt: skip
        except Invalid as wrong:
            errors = wrong.fields
            made = fact_named(fact_id, by)  # as it is, without what was refused
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{HOME}{made.pk}/")
    said = sent if request.method == "POST" else {"label": made.label, "description": made.description}
    is_ready = made.state == MadeFact.State.READY
    list_url = f"/o/{kind.key}/?sort=-fact:{made.key}"
    return settings_page(
        request, "studio/facts/fact.html", heading=made.label, status=422 if errors else 200,
        sub=_("“%(key)s” in the API, in filters and in files") % {"key": f"fact:{made.key}"},
        buttons=[Button(_("Open the list"), url=list_url, icon="external-link")] if is_ready else [],
        context={"named": _named(said, errors), "crumb": HOME, "submit_label": _("Keep"), "is_new": False,
                 "state": "" if is_ready else made.get_state_display(), "versions": _versions(made, kind),
                 "back_url": f"{HOME}{made.pk}/back/",
                 "retire": Button(_("Retire"), dialog=f"{HOME}{made.pk}/retire/", is_danger=True),
                 **_asked(kind, made.form, options, errors, by, is_fixed=True, sent=sent)})  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """What is asked for, after a choice was made anew."""
    by = allowed(request, PERMISSION)
    sent = request.POST if request.method == "POST" else request.GET
    kind, form = _chosen(sent, by)
    options = sent_definition(sent, kind, form, by=by)
    context = _asked(kind, form, options, {}, by, is_fixed="is_fixed" in sent, sent=sent)
    return render(request, "studio/facts/_asked.html", context)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    by = allowed(request, PERMISSION)
    kind, form = _chosen(request.POST, by)
    try:
        found = tried(kind, form, sent_definition(request.POST, kind, form, by=by, is_whole=True), by=by)
    except Invalid as wrong:
        sentence = " ".join(map(str, wrong.fields.values()))
        return render(request, "studio/facts/_tried.html", {"error": sentence})
    except DatabaseError:
        return render(request, "studio/facts/_tried.html", {"error": _("This takes too long to try here.")})
    return render(request, "studio/facts/_tried.html", {"tried": found})


def _chosen(sent: QueryDict | Mapping[str, Any], by: Actor) -> tuple[ObjectType, str]:
    """The kind and the form; what people begin with where nothing is chosen: customers, from events."""
    kinds = {each.key: each for each in kinds_for(by)}
    first = next((each for each in kinds.values() if each.parts), None) or next(iter(kinds.values()))
    asked = sent.get("form", "")
    form = asked if asked in MadeFact.Form.values else MadeFact.Form.EVENTS.value
    return kinds.get(sent.get("about", ""), first), form


def _named(sent: QueryDict | Mapping[str, Any], errors: Mapping[str, Any]) -> list[Input]:
    return [
        Input("label", _("Name"), value=sent.get("label", ""), is_required=True, error=str(errors.get("label", "")),
              placeholder=_("Visits in 30 days"), attributes={"maxlength": "80"}),
        Input("description", _("What it means"), value=sent.get("description", ""),
              error=str(errors.get("description", "")), attributes={"maxlength": "300"}),
    ]  # fmt: skip


def _asked(kind: ObjectType, form: str, options: Mapping[str, Any], errors: Mapping[str, Any], by: Actor, *,
           is_fixed: bool = False, sent: QueryDict) -> dict[str, Any]:  # fmt: skip
    rule = sent_rule(sent, kind, form, options, by=by)
    return {
        "kind": kind, "form": form, "is_fixed": is_fixed, "form_label": dict(MadeFact.Form.choices).get(form, form),
        "kinds": [(each.key, each.label_plural) for each in kinds_for(by)], "forms": MadeFact.Form.choices,
        "inputs": inputs_of(kind, form, options, errors, by=by, rule=rule), "form_error": str(errors.get("form", "")),
    }  # fmt: skip


def _versions(made: MadeFact, kind: ObjectType) -> list[dict[str, Any]]:
    """Earlier definitions, the latest first."""
    rows = FactVersion.objects.filter(fact=made).exclude(number=made.version).order_by("-number")[:_VERSIONS]
    return [{"number": each.number, "at": each.at, "sentence": sentence_of(kind, options_of(made.form, each.options))}
            for each in rows]  # fmt: skip
