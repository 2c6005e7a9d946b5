"""Today: the few who need this person now, ordered by what acting is likely to keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.sql import fetch_one
from perennial.objects.actions import actions_on
from perennial.objects.needs import Need, Whose, bring_back, needs_today, put_off
from perennial.objects.types import object_types
from perennial.web.kit.pages import Button, Choice, NeedRow
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.regions import Region, Toast, answer_regions
from perennial.web.screens.panels import draw_panels
from perennial.workspace.actor import Actor

SHOWN = 12
_DAYS = {"tomorrow": 1, "next_week": 7, "next_month": 30}


def today(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    whose = _whose(request)
    needs = needs_today(by, whose=whose, limit=SHOWN)
    at_stake = sum((need.worth or Decimal() for need in needs), Decimal())
    is_new = not needs and not _has_records(by)
    return render(request, "web/today.html", {
        "needs": _rows(needs, by), "count": len(needs),
        "at_stake": reader_of(by).money(at_stake, whole=True) if at_stake else "",
        "at_stake_against": next((need.worth_against for need in needs if need.worth_against), ""),
        "whose": [Choice(label, f"/?whose={key}", key == whose) for key, label in (
            ("all", _("Everyone")), ("mine", _("My customers")), ("unassigned", _("Without owner")))],
        "figures": [], "head": [] if is_new else draw_panels(request, "today", "head", 0),
        "panels": [] if is_new else draw_panels(request, "today", "main", 0), "where": None,
        "is_new": is_new,
        "buttons": [Button(_("Import a file"), url="/import/", is_primary=True)] if by.may("import.run") else [],
    })  # fmt: skip


@require_POST
def later(request: HttpRequest, key: str) -> HttpResponse:
    """Put a need off until a day, and show who comes next in its place."""
    by = cast(Page, request).actor
    key = unquote(key)
    until = _until(request, by)
    reason = request.GET.get("reason", "")
    put_off([(key, reason)], until=until, by=by)
    return _needs_region(
        request,
        Toast(
            _("Back on %(day)s.") % {"day": reader_of(by).long_day(until)}, undo=f"/today/back/{quote(key, safe='')}/"
        ),
    )


@require_POST
def back(request: HttpRequest, key: str) -> HttpResponse:
    bring_back(unquote(key), by=cast(Page, request).actor)
    return _needs_region(request, Toast(_("Here again.")))


def _needs_region(request: HttpRequest, toast: Toast) -> HttpResponse:
    by = cast(Page, request).actor
    needs = needs_today(by, whose=_whose(request), limit=SHOWN)
    return answer_regions(request, [Region("web/_needs.html", {"needs": _rows(needs, by)})], toast=toast)


def _rows(needs: list[Need], by: Actor) -> list[NeedRow]:
    reader = reader_of(by)
    return [NeedRow(
        id="".join(letter if letter.isalnum() else "-" for letter in need.key), name=need.name, url=_named_url(need),
        reason_url=_url(need) if need.about else "",
        stage=need.stage, standing=need.standing, standing_text=need.standing_text, reason=need.reason,
        detail=need.detail, worth="" if need.worth is None else reader.money(need.worth, whole=True),
        worth_against=need.worth_against, act=_act(need, by),
        later_url=f"/today/later/{quote(need.key, safe='')}/?reason={quote(need.reason_key)}",
    ) for need in needs]  # fmt: skip


def _named_url(need: Need) -> str:
    """Where the name leads: to whom it is."""
    return f"/o/{need.about[0]}/{need.about[1]}/" if need.about else _url(need)


def _url(need: Need) -> str:
    """A need about no record leads to where it can be seen to."""
    if not need.record_id and need.act is not None:
        return need.act.url
    return f"/o/{need.object_key}/{need.record_id}/"


def _act(need: Need, by: Actor) -> Button | None:
    """None for somebody who may look but not act."""
    if need.act is None:
        return None
    if need.act.action:
        kind = object_types[need.object_key]
        offered = (each for key in kind.parts or (kind.key,) for each in actions_on(key, by))
        if all(each.key != need.act.action for each in offered):
            return None
        return Button(need.act.label, dialog=f"{_url(need)}do/{need.act.action}/", is_primary=True)
    return Button(need.act.label, url=need.act.url or _url(need), is_primary=True)


def _whose(request: HttpRequest) -> Whose:
    asked = request.GET.get("whose", "all")
    return cast(Whose, asked) if asked in ("mine", "unassigned", "all") else "all"


def _until(request: HttpRequest, by: Actor) -> datetime:
    """The morning of the day that was named, in the user's zone."""
    zone = ZoneInfo(by.timezone)
    here = clock.now().astimezone(zone).date()
    choice = request.POST.get("until", "")
    if choice in _DAYS:
        day = here + timedelta(days=_DAYS[choice])
    else:
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            raise Invalid(sentence=_("Choose the day on which this shall be here again.")) from None
        if not here < day < here + timedelta(days=3660):
            raise Invalid(sentence=_("Choose a day after today."))
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _has_records(by: Actor) -> bool:
    """Whether anything is in the house yet; told to everybody, because it names nobody."""
    for kind in object_types.values():
        if kind.search and by.reach(kind.key, "view") and fetch_one(f'SELECT 1 FROM "{kind.table}" LIMIT 1'):
            return True
    return False
