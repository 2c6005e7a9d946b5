"""The rule of the builder replayed over the past: who would have been in it each week, and what they did next.

With a million customers that takes longer than anybody looks at a page that does not move. So an answer tells of the
weeks that there was patience for, and its page asks on for the rest, sending along what it has.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from perennial.conditions.jsonform import to_json
from perennial.conditions.rewinding import as_of_now
from perennial.conditions.tree import Condition
from perennial.foundation.errors import Invalid
from perennial.objects.schema import KindSchema
from perennial.rules.backtest import Next, Week, ends_of_weeks, following, weeks_of
from perennial.studio.builder.sending import rule_sent
from perennial.studio.builder.subject import Subject
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of

WEEKS, DAYS = 26, 90
PATIENCE = 1.5  # seconds until an answer
_BEGUN = "replayed"
_MOST = 1 << 53
_WIDE, _HIGH, _GAP = 640, 90, 3


@require_POST
def replayed(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    try:
        rule = rule_sent(request.POST, Subject(kind, by))
    except Invalid as wrong:
        return render(request, "studio/builder/_replayed.html", {"error": " ".join(map(str, wrong.fields.values()))})
    started, ends = time.monotonic(), ends_of_weeks(WEEKS)
    mark = _mark(kind.key, rule, ends)
    weeks = _begun(request.POST.get(_BEGUN, ""), mark, ends)
    if len(weeks) < WEEKS:
        weeks = weeks_of(kind, rule, ends, by=by, begun=weeks, patience=PATIENCE)
    is_whole = len(weeks) == WEEKS and time.monotonic() - started < PATIENCE
    since = ends[-1] - timedelta(days=DAYS)
    told = following(kind, rule, since, DAYS, by=by) if is_whole else []
    reader = reader_of(by)
    most = max((each.members for each in weeks), default=0)
    return render(request, "studio/builder/_replayed.html", {
        "error": "", "bars": _bars(weeks, most, reader), "wide": _WIDE, "high": _HIGH,
        "first": weeks[0].day, "last": weeks[-1].day, "since": since, "days": DAYS,
        "entered": reader.number(round(sum(each.entered for each in weeks) / len(weeks), 1)),
        "most": reader.number(most),
        "average": reader.number(round(sum(each.members for each in weeks) / len(weeks))),
        "following": [_next(each, reader) for each in told],
        "unwound": [str(each.label) for each in as_of_now(rule, KindSchema(kind, by))],
        "rest": "" if is_whole else json.dumps({_BEGUN: _sent(weeks, mark)}), "url": request.path,
        "done": len(weeks), "all": WEEKS + 1,
    })  # fmt: skip


def _mark(kind_key: str, rule: Condition, ends: Sequence[date]) -> str:
    """What the weeks were asked of, so that a rule that was changed meanwhile begins again."""
    asked = json.dumps([kind_key, to_json(rule), ends[-1].isoformat()])
    return blake2b(asked.encode(), digest_size=8).hexdigest()


def _sent(weeks: Sequence[Week], mark: str) -> str:
    return json.dumps([mark, *([each.members, each.entered, each.left] for each in weeks)])


def _begun(text: str, mark: str, ends: Sequence[date]) -> list[Week]:
    """The weeks that the page has from the answers before. It shows them to whoever sent them, and to nobody else."""
    try:
        sent = json.loads(text[:10_000])
    except ValueError:
        return []
    if not isinstance(sent, list) or sent[:1] != [mark] or len(sent) > len(ends):
        return []
    if not all(isinstance(week, list) and len(week) == 3 and all(map(_is_count, week)) for week in sent[1:]):
        return []
    return [Week(day, *week) for day, week in zip(ends[1:], sent[1:], strict=False)]


def _is_count(number: object) -> bool:
    return type(number) is int and 0 <= number <= _MOST


def _bars(weeks: Sequence[Week], most: int, reader: Reader) -> list[dict[str, Any]]:
    across = _WIDE / WEEKS
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
