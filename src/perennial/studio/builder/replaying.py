"""The rule of the builder replayed over the past: who would have been in it each week, and what they did next."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from perennial.conditions.rewinding import as_of_now
from perennial.foundation.errors import Invalid
from perennial.objects.schema import KindSchema
from perennial.rules.backtest import Next, Week, backtest
from perennial.studio.builder.sending import rule_sent
from perennial.studio.builder.subject import Subject
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of

WEEKS, DAYS = 26, 90
_WIDE, _HIGH, _GAP = 640, 90, 3


@require_POST
def replayed(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    try:
        rule = rule_sent(request.POST, Subject(kind, by))
    except Invalid as wrong:
        return render(request, "studio/builder/_replayed.html", {"error": " ".join(map(str, wrong.fields.values()))})
    found = backtest(kind, rule, by=by, weeks=WEEKS, days=DAYS)
    reader = reader_of(by)
    most = max((each.members for each in found.weeks), default=0)
    return render(request, "studio/builder/_replayed.html", {
        "error": "", "bars": _bars(found.weeks, most, reader), "wide": _WIDE, "high": _HIGH,
        "first": found.weeks[0].day, "last": found.weeks[-1].day, "since": found.since, "days": found.days,
        "entered": reader.number(round(sum(each.entered for each in found.weeks) / len(found.weeks), 1)),
        "most": reader.number(most),
        "average": reader.number(round(sum(each.members for each in found.weeks) / len(found.weeks))),
        "following": [_next(each, reader) for each in found.following],
        "unwound": [str(each.label) for each in as_of_now(rule, KindSchema(kind, by))],
    })  # fmt: skip


def _bars(weeks: tuple[Week, ...], most: int, reader: Reader) -> list[dict[str, Any]]:
    across = _WIDE / len(weeks)
    return [
        {"x": f"{number * across:.1f}", "width": f"{across - _GAP:.1f}",
         "height": f"{(tall := each.members / max(1, most) * _HIGH):.1f}", "y": f"{_HIGH - tall:.1f}",
         "text": _("Week to %(day)s: %(members)s in it, %(entered)s entered, %(left)s left") % {
             "day": reader.day(each.day), "members": reader.number(each.members),
             "entered": reader.number(each.entered), "left": reader.number(each.left)}}
        for number, each in enumerate(weeks)
    ]  # fmt: skip


def _next(each: Next, reader: Reader) -> dict[str, Any]:
    return {
        "label": each.outcome.label, "share": "–" if each.share is None else reader.percent(each.share),
        "other": "–" if each.other_share is None else reader.percent(each.other_share),
    }  # fmt: skip
