"""The Retention page. The page itself asks nothing that grows with the customers; its numbers come beside it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from perennial.conditions import All, Compare, Condition, Op
from perennial.conditions.writing import to_text
from perennial.customers.objects import CUSTOMER
from perennial.foresight.plays.models import Play
from perennial.foresight.plays.queries import plays_for
from perennial.foresight.plays.telling import url_of
from perennial.foresight.purchases.models import Fitted
from perennial.foresight.retention import queries
from perennial.foresight.retention.queries import AT_STAKE, CHANCE, OPEN, Sum
from perennial.foundation.errors import NotFound
from perennial.objects.access import widest_reach
from perennial.objects.field_rights import is_hidden
from perennial.objects.fields import Link
from perennial.objects.schema import column_of
from perennial.web.kit.pages import Choice, Figure
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.kit.stages import STAGES, STANDINGS
from perennial.web.middleware import Page
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm
from perennial.workspace.rights import Reach

HERE = "/retention/"
_LIST = "/o/customers.customer/"


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    by, fitted = _actor(request), queries.newest()
    if fitted is None or not fitted.is_used:
        return render(request, "foresight/retention.html", {"is_told": False, "why_not": _why_not(fitted)})
    asked = request.GET.get("by", "")
    key = asked if asked in queries.GROUPS else queries.GROUPS[0]
    return render(request, "foresight/retention.html", {
        "is_told": True, "days": fitted.days, "figures_url": f"{HERE}figures/", "by_url": f"{HERE}by/?by={key}",
        "choices": [Choice(_label(each), f"?by={each}", each == key) for each in queries.GROUPS
                    if not is_hidden(CUSTOMER.key, each, by)],
        "rows": [_row(each, reader_of(by)) for each in queries.most_at_stake(by=by)],
        "list_url": _address(OPEN), "trust": _trust(fitted, reader_of(by)), "why_url": f"{HERE}why/",
        "plays": [{"name": each.name, "url": url_of(each)} for each in plays_for(by).filter(state=Play.State.RUNNING)],
    })  # fmt: skip


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    by, fitted = _actor(request), queries.newest()
    if fitted is None:
        raise NotFound
    reader = reader_of(by)
    stake, unlikely, lost = queries.at_stake(by=by), queries.unlikely(by=by), queries.lost(by=by)
    shown = [
        Figure(
            ngettext("At stake within %(n)s day", "At stake within %(n)s days", fitted.days) % {"n": fitted.days},
            _money(stake.money, reader), _customers(stake.customers, reader), "warn", _address(OPEN),
        ),
        Figure(
            _("Of that, with those more likely lost than not"), _money(unlikely.money, reader),
            _customers(unlikely.customers, reader), "warn",
            _address(OPEN, Compare(CHANCE, Op.LT, queries.LIKELY_LOST)),
        ),
        Figure(
            _("Expected from them all the same"), _money(stake.worth, reader),
            _("revenue; what things cost is not known"), "", _address(OPEN),
        ),
    ]  # fmt: skip
    if lost is not None:
        shown.append(Figure(
            _("Lost in 12 months"), _money(lost.money, reader),
            ngettext("a year's orders of %(n)s who lapsed", "a year's orders of %(n)s who lapsed", lost.customers)
            % {"n": reader.number(lost.customers)}, "", _address(queries.lapsed_lately()),
        ))  # fmt: skip
    return render(request, "web/_figures.html", {"figures": shown})


@require_GET
def grouped(request: HttpRequest) -> HttpResponse:
    by = _actor(request)
    key = request.GET.get("by", "")
    if key not in queries.GROUPS:
        raise NotFound
    reader = reader_of(by)
    sums = queries.stake_by(key, by=by)
    largest = max((each.money for _value, each in sums), default=1) or 1
    return render(request, "foresight/_by.html", {
        "lines": [_line(key, value, each, float(each.money / largest), reader) for value, each in sums],
    })  # fmt: skip


@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """What those at stake have in common, the most money first."""
    by = _actor(request)
    reader, found = reader_of(by), queries.reasons_by_money(by=by)
    largest = max((each.money for _key, each in found), default=1) or 1
    return render(request, "foresight/_by.html", {
        "lines": [{"label": _label(key), "url": "", "part": float(each.money / largest),
                   "money": _money(each.money, reader), "customers": _customers(each.customers, reader)}
                  for key, each in found],
    })  # fmt: skip


def _actor(request: HttpRequest) -> Actor:
    by = cast(Page, request).actor
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE or not queries.may_see(by):
        raise NotFound
    return by


def _why_not(fitted: Fitted | None) -> str:
    if fitted is None or not fitted.check:
        return _("Too few customers have bought more than once to know a rhythm. This page looks again every day.")
    return _("What would have been said before turned out no better than saying the same of everybody, so nothing is"
             " said. This page looks again every day.")  # fmt: skip


def _row(row: Any, reader: Reader) -> dict[str, Any]:
    chance = row.values.get(CHANCE)
    return {
        "url": f"{_LIST}{row.id}/", "name": row.title, "stage": row.values.get("stage") or "",
        "chance": "" if chance is None else reader.percentage(chance), "money": _money(row.values[AT_STAKE], reader),
    }  # fmt: skip


def _line(key: str, value: Any, each: Sum, part: float, reader: Reader) -> dict[str, Any]:
    return {
        "label": _named(key, value), "url": _address(_is(key, value), OPEN), "part": part,
        "money": _money(each.money, reader), "customers": _customers(each.customers, reader),
    }  # fmt: skip


def _is(key: str, value: Any) -> Condition:
    if value in (None, ""):
        return Compare(key, Op.EMPTY)
    return Compare(key, Op.EQ, value.id if isinstance(value, Link) else value)


def _named(key: str, value: Any) -> str:
    if value in (None, ""):
        return _("Nobody") if key == "owner" else _("Not known")
    names: dict[str, Any] = {**STAGES} if key == "stage" else {**STANDINGS}
    return str(names.get(value, value))


def _trust(fitted: Fitted, reader: Reader) -> dict[str, Any]:
    """How what would have been said a horizon ago turned out."""
    check = fitted.check
    return {
        "days": fitted.days, "customers": reader.number(check["customers"]),
        "covered": reader.percent(check["covered"]), "money": _ratio(check["money"], reader),
        "bands": [{"said": reader.percent(each["said"]), "came": reader.percent(each["came"]),
                   "part": each["came"], "customers": reader.number(each["customers"])}
                  for each in check["bands"]],
        "as_of": fitted.as_of,
    }  # fmt: skip


def _ratio(expected_to_come: float, reader: Reader) -> str:
    """What came, for every 100 that had been expected."""
    return reader.number(round(100 / expected_to_come)) if expected_to_come else ""


def _label(key: str) -> str:
    found = column_of(CUSTOMER, key)
    return str(found[0]) if found is not None else key


def _money(value: Any, reader: Reader) -> str:
    return str(reader.money(value, currency=the_firm().currency, whole=True))


def _customers(count: int, reader: Reader) -> str:
    return ngettext("%(n)s customer", "%(n)s customers", count) % {"n": reader.number(count)}


def _address(*clauses: Condition) -> str:
    text = to_text(All(clauses) if len(clauses) > 1 else clauses[0])
    return f"{_LIST}?{urlencode({'filter': text, 'sort': f'-{AT_STAKE}'})}"
