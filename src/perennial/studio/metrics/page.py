"""The page of a metric: how it went, the numbers as a table and as a file, and what the number is."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from perennial.foundation.errors import Invalid, NotFound
from perennial.metrics.contract import Metric
from perennial.metrics.dimensions import counted, dimensions_for
from perennial.metrics.making import SHAPE, metric_by_key, versions_of
from perennial.metrics.reading import Reading, may_see
from perennial.studio.metrics.asked import Asked, asked_of, inputs_of, readings
from perennial.studio.metrics.chart import Line, spec, steps
from perennial.studio.metrics.figures import period_named, written
from perennial.studio.metrics.sentence import sentence_of
from perennial.web.kit.pages import Button
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.workspace.actor import Actor
from perennial.workspace.models import User

HOME = "/metrics/"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = 12  # of the table; the file has all


@require_GET
def page(request: HttpRequest, key: str) -> HttpResponse:
    by = cast(Page, request).actor
    metric = seen(key, by)
    asked, reader = asked_of(metric, request.GET.dict()), reader_of(by)
    errors: dict[str, Any] = {}
    try:
        told = readings(metric, asked, by=by)
    except Invalid as wrong:
        told, errors = [], dict(wrong.fields)
    periods, lines = _lines(metric, asked, told, reader, by)
    there = [each for line in lines for each in line.values if each is not None]
    marks = steps(there)
    ticks = {json.dumps(int(each) if each == int(each) else each): written(Decimal(str(each)), metric, reader)
             for each in marks}  # fmt: skip
    return render(request, "studio/metrics/metric.html", {
        "metric": metric, "home": HOME, "here": f"{HOME}{metric.key}/", "errors": [],
        "inputs": inputs_of(metric, asked, errors, by=by),
        "spec": spec(periods, lines, ticks) if there else None,
        "lines": lines[:_COLUMNS], "is_apart": bool(asked.by), "left_out": max(0, len(lines) - _COLUMNS),
        "rows": list(reversed([(period, [line.written[place] for line in lines[:_COLUMNS]])
                               for place, period in enumerate(periods)])),
        "file_url": f"{HOME}{metric.key}/file.csv?{request.GET.urlencode()}", "is_wrong": bool(errors),
        "build_url": _build_url(metric, asked, request),
        "counted": sentence_of(metric.expression, by=by), "made_by": _maker(metric), "versions": _versions(metric),
        "buttons": _buttons(metric, by),
    }, status=422 if errors else 200)  # fmt: skip


@require_GET
def file(request: HttpRequest, key: str) -> HttpResponse:
    """The readings as CSV: one line a period and combination, numbers as they are."""
    by = cast(Page, request).actor
    metric = seen(key, by)
    asked = asked_of(metric, request.GET.dict())
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["period", *([asked.by] if asked.by else []), metric.key])
    for each in readings(metric, asked, by=by):
        lines.writerow([each.period.isoformat(), *map(_safe, each.parts), "" if each.value is None else each.value])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(metric.key.replace(".", "-"))}.csv"'
    return response


def seen(key: str, by: Actor) -> Metric:
    found = metric_by_key(key)
    if not may_see(found, by):
        raise NotFound
    return found


def _lines(
    metric: Metric, asked: Asked, told: list[Reading], reader: Reader, by: Actor
) -> tuple[list[str], list[Line]]:
    days = sorted({each.period for each in told})
    apart: dict[tuple[str | None, ...], dict[Any, Decimal | None]] = {}
    for each in told:
        apart.setdefault(each.parts, {})[each.period] = each.value
    info = dimensions_for(metric, by=by).get(asked.by)
    found = []
    for parts, values in apart.items():
        held = parts[0] if parts else ""
        row = [values.get(day) for day in days]
        choices = {key: str(label) for key, label in info.choices} if info else {}
        label = _("nothing said") if held is None else choices.get(held, held)
        if info is not None and info.show is not None and held is not None and not choices:
            label = info.show(int(held) if held.isdigit() else held)
        found.append(Line(held or "", label, row, [written(each, metric, reader) for each in row]))
    return [period_named(day, asked.grain, reader) for day in days], found


def _versions(metric: Metric) -> list[dict[str, Any]]:
    return [{"number": each.number, "at": each.made_at, "is_now": each.number == metric.version}
            for each in versions_of(metric.key)]  # fmt: skip


def _maker(metric: Metric) -> str:
    if not metric.is_made:
        return _("Came with Perennial")
    owner = User.objects.filter(pk=metric.owner_id).first() if metric.owner_id else None
    return owner.name if owner is not None else _("a program")


def _buttons(metric: Metric, by: Actor) -> list[Button]:
    if not (metric.is_made and by.may(SHAPE)):
        return []
    return [Button(_("Change"), url=f"{HOME}{metric.key}/edit/", icon="pencil", is_primary=True)]


def _build_url(metric: Metric, asked: Asked, request: HttpRequest) -> str:
    """Where the condition is built instead of typed; "" where whom it counts is not one kind."""
    kind = counted(metric)
    told = {"filter": asked.filter, "back": request.get_full_path()}
    return "" if kind is None else f"/rules/ask/{kind.key}/?{urlencode(told)}"


def _safe(text: str | None) -> str:
    """No formula in a spreadsheet."""
    return f"'{text}" if text and text.startswith(_FORMULA) else text or ""
