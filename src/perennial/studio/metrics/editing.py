"""The form of a metric: a new one, or another definition of one that is there; drawn anew with each choice, and tried
on the last twelve periods before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.metrics.contract import Metric, Shown
from perennial.metrics.grain import GRAIN_LABELS, Grain
from perennial.metrics.jsonform import expression_from_json
from perennial.metrics.making import SHAPE, change_metric, make_metric, retire_metric, roll_back
from perennial.metrics.reading import read
from perennial.studio.metrics.counting import KEPT, expression_sent, inputs_of, parts_from, sent_parts, sent_rule
from perennial.studio.metrics.figures import back as days_back
from perennial.studio.metrics.figures import last_full, period_named, spark, written
from perennial.studio.metrics.page import HOME, seen
from perennial.studio.metrics.sentence import sentence_of
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor

_TRIED = 12
_BETTER = {"more": True, "less": False, "": None}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    by = _shaper(request)
    errors: Mapping[str, Any] = {}
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            made = make_metric(_told(sent, by, None), by=by)
        except Invalid as wrong:
            errors = wrong.fields
        else:
            messages.success(
                request, _("%(name)s is counted from now on, for all of the past too.") % {"name": made.label}
            )
            return HttpResponseRedirect(f"{HOME}{made.key}/")
    return _form(request, _("New metric"), HOME, sent_parts(sent), sent, errors, by)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    by = _shaper(request)
    metric = _made(key, by)
    errors: Mapping[str, Any] = {}
    if request.method == "POST":
        try:
            change_metric(key, _told(request.POST, by, metric), by=by)
        except Invalid as wrong:
            errors = wrong.fields
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{HOME}{key}/")
        return _form(request, metric.label, f"{HOME}{key}/", sent_parts(request.POST), request.POST, errors, by, metric)
    held = {
        "label": str(metric.label), "definition": str(metric.definition), "shown": metric.shown.value,
        "grain": metric.grain.value, "dimensions": ", ".join(metric.dimensions),
        "better": next(word for word, value in _BETTER.items() if value is metric.is_good),
    }  # fmt: skip
    parts = parts_from(metric.expression, by=by)
    return _form(request, metric.label, f"{HOME}{key}/", parts, held, errors, by, metric)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """What is asked for, after a choice was made anew."""
    by = _shaper(request)
    sent = request.POST if request.method == "POST" else request.GET
    parts = sent_parts(sent)
    inputs = inputs_of(parts, {}, by=by, rule=sent_rule(sent, parts, by=by))
    return render(request, "studio/metrics/_asked.html", {"inputs": inputs})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The last periods of what the form says, before it is kept."""
    by, reader = _shaper(request), reader_of(cast(Page, request).actor)
    try:
        shown, grain = Shown(request.POST.get("shown", "number")), Grain(request.POST.get("grain", "month"))
        expression = expression_from_json(expression_sent(request.POST, by=by), by=by)
        tried = Metric("made.tried", "", expression, shown, "", grain=grain)
        last = last_full(grain)
        told = read(tried, by=by, first=days_back(last, grain, _TRIED), last=last)
    except (Invalid, ValueError) as wrong:
        fields = wrong.fields if isinstance(wrong, Invalid) else {}
        return render(request, "studio/metrics/_tried.html", {"error": " ".join(map(str, fields.values()))})
    rows = [(period_named(each.period, grain, reader), written(each.value, tried, reader)) for each in reversed(told)]
    points = spark([each.value for each in told])
    return render(request, "studio/metrics/_tried.html",
                  {"rows": rows, "points": points, "counted": sentence_of(expression, by=by)})  # fmt: skip


@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    by = _shaper(request)
    metric = _made(key, by)
    retire_metric(key, by=by)
    messages.success(request, _("%(name)s is retired. It can be brought back below.") % {"name": metric.label})
    return done(HOME)


@require_POST
def back(request: HttpRequest, key: str) -> HttpResponse:
    by = _shaper(request)
    _made(key, by)
    try:
        roll_back(key, whole_number(request.POST.get("version", "")) or 0, by=by)
    except Invalid as wrong:
        messages.warning(request, str(next(iter(wrong.fields.values()))))
    else:
        messages.success(request, _("It counts as before."))
    return done(f"{HOME}{key}/")


def _shaper(request: HttpRequest) -> Actor:
    by = cast(Page, request).actor
    if not by.may(SHAPE):
        raise NotFound
    return by


def _made(key: str, by: Actor) -> Metric:
    found = seen(key, by)
    if not found.is_made:
        raise NotFound
    return found


def _told(sent: QueryDict, by: Actor, metric: Metric | None) -> dict[str, Any]:
    parts = sent_parts(sent)
    told: dict[str, Any] = {name: sent.get(name, "") for name in ("label", "definition", "shown", "grain")}
    told["is_good"] = _BETTER.get(sent.get("better", ""))
    told["dimensions"] = [each.strip() for each in sent.get("dimensions", "").split(",") if each.strip()]
    if metric is None or parts["form"] != KEPT:
        told["expression"] = expression_sent(sent, by=by)
    return told


def _form(request: HttpRequest, heading: Any, home: str, parts: Mapping[str, str], said: Mapping[str, Any],
          errors: Mapping[str, Any], by: Actor, metric: Metric | None = None) -> HttpResponse:  # fmt: skip
    return render(request, "studio/metrics/edit.html", {
        "heading": heading, "home": home, "errors": [], "named": _named(said, errors),
        "inputs": inputs_of(parts, errors, by=by, rule=sent_rule(request.POST, parts, by=by)),
        "retire_url": f"{home}retire/" if metric is not None else "",
    }, status=422 if errors else 200)  # fmt: skip


def _named(said: Mapping[str, Any], errors: Mapping[str, Any]) -> list[Input]:
    shown = [("number", _("Number")), ("money", _("Money")), ("percent", _("Percent")), ("days", _("Days"))]
    better = [("more", _("More is better")), ("less", _("Less is better"))]
    return [
        Input("label", _("Name"), value=said.get("label", ""), is_required=True, error=str(errors.get("label", ""))),
        Input("definition", _("What is this number?"), value=said.get("definition", "")),
        Input("shown", _("Written as"), "choice", said.get("shown", "number"), options=shown, is_required=True,
              error=str(errors.get("shown", ""))),
        Input("grain", _("Period"), "choice", said.get("grain", "month"), options=list(GRAIN_LABELS.items()),
              is_required=True, error=str(errors.get("grain", ""))),
        Input("better", _("Direction"), "choice", said.get("better", ""), options=better),
        Input("dimensions", _("Apart by"), value=said.get("dimensions", ""), error=str(errors.get("dimensions", "")),
              placeholder="country, customer.stage",
              help=_("Fields of what is counted, or of whom it counts for; commas between them.")),
    ]  # fmt: skip
