"""Metrics: GET and POST /metrics, GET, PATCH and DELETE /metrics/commerce.revenue, its versions and its readings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.conditions import TRUE, Condition, ConditionError
from perennial.conditions.text import parse
from perennial.foundation.errors import Invalid, NotFound
from perennial.metrics.contract import Metric
from perennial.metrics.dimensions import counted, dimensions_for
from perennial.metrics.grain import Grain
from perennial.metrics.jsonform import expression_to_json
from perennial.metrics.making import (
    MadeVersion,
    all_metrics,
    change_metric,
    make_metric,
    metric_by_key,
    restore_metric,
    retire_metric,
    roll_back,
    versions_of,
)
from perennial.metrics.reading import Reading, may_see, read
from perennial.objects.schema import schema_of
from perennial.rest.bodies import read_object, refuse_parts, refuse_unknown, whole
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.workspace.actor import Actor

MOST = 200
_PARTS = ("label", "definition", "expression", "shown", "grain", "is_good", "dimensions")
_ASKED = ("grain", "from", "to", "by", "filter", "as_of")


@endpoint
def metrics(request: HttpRequest, by: Actor) -> HttpResponse:
    """By key, those that the key may see; POST makes one."""
    if request.method == "POST":
        refuse_unknown(request, ())
        return once(request, by, lambda: _make(read_object(request), by))
    _only(request, "GET", "HEAD", "POST")
    refuse_unknown(request, ("limit", "cursor"))
    limit, after = whole(request, "limit", default=50, least=1, most=MOST), request.GET.get("cursor", "")
    seen = sorted((each for each in all_metrics() if may_see(each, by)), key=lambda each: each.key)
    rest = [each for each in seen if each.key > after]
    following = rest[limit - 1].key if len(rest) > limit else None
    return answer({"data": [_as_json(each, by) for each in rest[:limit]], "next": following})


@endpoint
def metric(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    refuse_unknown(request, ())
    if request.method == "PATCH":
        return once(request, by, lambda: _change(read_object(request), key, by))
    found = _seen(key, by)
    if request.method == "DELETE":
        return once(request, by, lambda: _retired(found, by))
    _only(request, "GET", "HEAD", "PATCH", "DELETE")
    return answer(_as_json(found, by))


@endpoint
def versions(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """What it counted before, the latest first; one that came with Perennial has none."""
    found = _seen(key, by)
    _only(request, "GET", "HEAD")
    refuse_unknown(request, ())
    return answer({"data": [_version(each) for each in versions_of(found.key)], "next": None})


@endpoint
def readings(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """Period by period; with `by` apart by dimensions, with `filter` of those whom a rule selects."""
    found = _seen(key, by)
    _only(request, "GET", "HEAD")
    refuse_unknown(request, _ASKED)
    dimensions = tuple(filter(None, request.GET.get("by", "").split(",")))
    grain = request.GET.get("grain")
    if grain is not None and grain not in set(Grain):
        raise Invalid({"grain": _("Choose one of: %(words)s.") % {"words": ", ".join(Grain)}})
    if len(dimensions) > len(set(dimensions)):
        raise Invalid({"by": _("Name each dimension once.")})
    told = read(
        found, by=by, first=_day(request, "from"), last=_day(request, "to"), grain=Grain(grain) if grain else None,
        dimensions=dimensions, rule=_rule(request, found, by), as_of=_as_of(request),
    )  # fmt: skip
    return answer({"data": [_reading(each, dimensions) for each in told], "next": None})


def _make(sent: dict[str, Any], by: Actor) -> HttpResponse:
    return answer(_as_json(make_metric(_sent(sent), by=by), by), status=201)


def _change(sent: dict[str, Any], key: str, by: Actor) -> HttpResponse:
    """All that is named, or nothing. A retired one has to be restored first, by the same request if need be."""
    back_to, state = sent.pop("back_to", None), sent.pop("state", None)
    if back_to is not None and (isinstance(back_to, bool) or not isinstance(back_to, int) or not 0 < back_to < 2**31):
        raise Invalid({"back_to": _("Name a version by its number.")})
    if state not in (None, "live"):
        raise Invalid({"state": _("A metric is made live again here; DELETE retires it.")})
    changes = _sent(sent)
    with transaction.atomic():
        if state:
            restore_metric(key, by=by)
        found = _seen(key, by)
        if changes:
            found = change_metric(found.key, changes, by=by)
        if back_to is not None:
            found = roll_back(found.key, back_to, by=by)
    return answer(_as_json(found, by))


def _retired(found: Metric, by: Actor) -> HttpResponse:
    retire_metric(found.key, by=by)
    return HttpResponse(status=204)


def _sent(sent: dict[str, Any]) -> dict[str, Any]:
    refuse_parts(sent, _PARTS)
    return sent


def _seen(key: str, by: Actor) -> Metric:
    found = metric_by_key(key)
    if not may_see(found, by):
        raise NotFound
    return found


def _rule(request: HttpRequest, found: Metric, by: Actor) -> Condition:
    text = request.GET.get("filter", "")
    if not text:
        return TRUE
    kind = counted(found)
    if kind is None:
        raise Invalid({"filter": _("Its two numbers count different kinds of records: no rule can be asked of both.")})
    try:
        return parse(text, schema_of(kind, by=by))
    except ConditionError as error:
        raise Invalid({"filter": error.sentence}) from None


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        raise Invalid({name: _("Give a day, such as 2026-01-31.")}) from None


def _as_of(request: HttpRequest) -> datetime | None:
    if "as_of" not in request.GET:
        return None
    try:
        found = datetime.fromisoformat(request.GET["as_of"].replace(" ", "+"))
        if found.tzinfo is not None and 1900 <= found.year <= 2200:
            return found
    except ValueError:
        pass
    raise Invalid({"as_of": _("Give an instant with its zone, such as 2026-01-31T12:00:00Z.")})


def _only(request: HttpRequest, *allowed: str) -> None:
    if request.method not in allowed:
        raise WrongMethod(allowed)


def _as_json(found: Metric, by: Actor) -> dict[str, Any]:
    return {
        "key": found.key, "label": str(found.label), "definition": str(found.definition), "shown": found.shown.value,
        "grain": found.grain.value, "is_good": found.is_good,
        "dimensions": list(dimensions_for(found, by=by)),
        "expression": expression_to_json(found.expression), "made_here": found.is_made, "version": found.version,
        "owner": found.owner_id,
    }  # fmt: skip


def _version(each: MadeVersion) -> dict[str, Any]:
    return {"version": each.number, "expression": each.expression, "dimensions": list(each.dimensions),
            "made_by": each.made_by, "made_at": each.made_at}  # fmt: skip


def _reading(each: Reading, dimensions: tuple[str, ...]) -> dict[str, Any]:
    told = {"period": each.period, "value": None if each.value is None else float(each.value)}
    return told | {"by": dict(zip(dimensions, each.parts, strict=True))} if dimensions else told
