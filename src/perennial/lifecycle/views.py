"""The Lifecycle page: how many are in each stage, worth what, how they moved, where they stall; and the rules."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from perennial.customers.objects import CUSTOMER
from perennial.foundation.errors import NotFound
from perennial.lifecycle import filters
from perennial.lifecycle.definitions import STAGES, current_definition
from perennial.lifecycle.queries import Overview, StageCount, Stall, overview
from perennial.objects.access import widest_reach
from perennial.objects.field_rights import is_hidden
from perennial.web.kit.pages import Choice
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.kit.stages import STAGES as STAGE_NAMES
from perennial.web.middleware import Page
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

PERIODS = (30, 90, 365)


@require_GET
def stages(request: HttpRequest) -> HttpResponse:
    by = _actor(request)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 90
    seen, reader = overview(by=by, days=days), reader_of(by)
    largest = max((move.customers for move in seen.moves), default=1)
    return render(request, "lifecycle/stages.html", {
        "heading": ngettext("%(n)s customer in five stages", "%(n)s customers in five stages", seen.customers)
        % {"n": reader.number(seen.customers)},
        "sub": _sub(seen, days, reader),
        "periods": [Choice(_("%(n)s days") % {"n": each}, f"?days={each}", each == days) for each in PERIODS],
        "parts": [(stage.stage, stage.customers) for stage in seen.stages],
        "stages": [_stage(stage, seen, reader) for stage in seen.stages],
        "moves": [{"from": move.old, "to": move.new, "count": move.customers, "part": move.customers / largest,
                   "url": filters.moved(move.old, move.new, since=seen.since), "note": _move_note(move.old, move.new)}
                  for move in seen.moves],
        "moves_note": _("The latest move of each customer, since %(day)s") % {"day": reader.day(seen.since)},
        "stalls": [_stall(stall, reader) for stall in seen.stalls],
    })  # fmt: skip


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What each stage means here, and what makes somebody quiet."""
    _actor(request)
    definition = current_definition()
    return render(request, "lifecycle/rules.html", {
        "definition": definition, "rhythm": definition.rhythm,
        "rules": [{"stage": rule.stage, "meaning": rule.meaning, "text": rule.when, "url": filters.in_stage(rule.stage)}
                  for rule in definition.rules],
    })  # fmt: skip


def _actor(request: HttpRequest) -> Actor:
    by = cast(Page, request).actor
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE or is_hidden(CUSTOMER.key, "stage", by):
        raise NotFound
    return by


def _sub(seen: Overview, days: int, reader: Reader) -> str:
    up = sum(move.customers for move in seen.moves if STAGES.index(move.new) > STAGES.index(move.old))
    quiet = sum(stage.standings.get("quiet", 0) for stage in seen.stages)
    return _("%(up)s moved up in the last %(days)s days; %(quiet)s are quiet now against their own habit.") % {
        "up": reader.number(up),
        "days": days,
        "quiet": reader.number(quiet),
    }


def _stage(count: StageCount, seen: Overview, reader: Reader) -> dict[str, Any]:
    lines: list[tuple[str, str, str, str]] = [
        (_("Came in"), reader.number(count.entered), filters.entered(count.stage, since=seen.since), ""),
        (_("Moved on or back"), reader.number(count.left), filters.left(count.stage, since=seen.since), ""),
    ]
    for standing, label, tone in (
        ("quiet", _("Quiet"), "warn"),
        ("lapsed", _("Lapsed"), ""),
        ("won_back", _("Won back"), "good"),
    ):
        if count.standings.get(standing):
            lines.append(
                (
                    label,
                    reader.number(count.standings[standing]),
                    filters.in_stage(count.stage, standing=standing),
                    tone,
                )
            )
    return {
        "key": count.stage,
        "label": STAGE_NAMES[count.stage],
        "question": current_definition().rule(count.stage).meaning,
        "count": count.customers,
        "url": filters.in_stage(count.stage),
        "worth": reader.money(count.worth, whole=True) if seen.has_worth else "",
        "worth_note": _("in 12 months") if seen.has_worth else "",
        "lines": lines,
    }


def _stall(stall: Stall, reader: Reader) -> dict[str, Any]:
    detail = _("Three quarters of the %(n)s who moved on needed less.") % {"n": reader.number(stall.moved_on)}
    if stall.worth > 0:
        detail += " " + _("Worth %(worth)s in 12 months.") % {"worth": reader.money(stall.worth, whole=True)}
    sentence = _("Longer than %(days)s days in %(stage)s")
    return {
        "count": stall.customers,
        "url": filters.stalled(stall.stage, before=stall.before),
        "sentence": sentence % {"days": reader.number(stall.days), "stage": STAGE_NAMES[stall.stage]},
        "detail": detail,
    }


def _move_note(old: str, new: str) -> str:
    return _("from %(old)s to %(new)s") % {"old": STAGE_NAMES[old], "new": STAGE_NAMES[new]}
