"""The form behind "Columns and order": what a list shows, in which order and groups. It leads to an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from perennial.foundation.errors import Text
from perennial.objects.facts import facts_about
from perennial.objects.field_rights import hidden
from perennial.objects.ordering import split_sort
from perennial.objects.record_fields import FACT, fields_of
from perennial.objects.schema import column_of
from perennial.objects.types import ObjectType
from perennial.objects.views.checking import HOWS, can_sort, day_fields, lane_fields, number_fields
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.web.screens.filters import kept_of
from perennial.web.screens.views.shown import Shown, shown_of
from perennial.web.screens.views.totals import total_label

SORTS = 3  # offered by the form; an address may name more
TOTALS = 3
_OURS = ("columns", "group", "totals", "lanes", "day", "sort")


@require_GET
def display(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The form, as the list stands."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    shown = shown_of(kind, request.GET, by=by)
    keys = _possible(shown)
    chosen = [key for key in shown.columns if key in keys]
    sorts = [*split_sort(shown.sort)[:SORTS], ""][:SORTS]  # always room for one more
    totals = [*shown.spec.totals[:TOTALS], ""][:TOTALS]
    return render(request, "web/_display_form.html", {
        "action": f"{shown.path}arrange/", "layout": shown.spec.layout,
        "hidden": [(key, value) for key, value in kept_of(request.GET) if key not in _OURS],
        "columns": [(key, _label(kind, key), key in chosen, key == kind.title)
                    for key in (*chosen, *(each for each in keys if each not in chosen))],
        "sorts": [(number, each.removeprefix("-"), each.startswith("-")) for number, each in enumerate(sorts)],
        "sort_options": _named(kind, (key for key in keys if can_sort(kind, key))),
        "group": shown.spec.group, "lanes": shown.lane_field, "day": shown.day_field,
        "lane_options": _named(kind, lane_fields(kind, by=by)), "day_options": _named(kind, day_fields(kind, by=by)),
        "totals": totals,
        "total_options": [(f"{how}:{key}", total_label(kind, f"{how}:{key}"))
                          for key in number_fields(kind, keys) if key != "id" for how in HOWS],
    })  # fmt: skip


@require_GET
def arrange(request: HttpRequest, kind_key: str) -> HttpResponse:
    """Where the form leads: the list as it says. What it cannot say (a wrong field) is left out."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    sent = request.GET.copy()
    for key in _OURS:
        sent.pop(key, None)
    shown = shown_of(kind, sent, by=by)
    columns = tuple(dict.fromkeys(request.GET.getlist("columns")))
    sorts = [("-" if f"down{number}" in request.GET else "") + key
             for number in range(SORTS) if (key := request.GET.get(f"sort{number}", ""))]  # fmt: skip
    changes: dict[str, Any] = {
        "columns": () if columns == shown.kind.list.columns else columns,
        "sort": "" if (joined := ",".join(sorts)) == kind.list.sort else joined,
        "totals": tuple(dict.fromkeys(each for each in request.GET.getlist("totals") if each)),
    }
    changes |= {key: request.GET[key] for key in ("group", "lanes", "day") if key in request.GET}
    for key, best in (("lanes", shown.lane_field), ("day", shown.day_field)):
        if changes.get(key) == best and not getattr(shown.spec, key):
            del changes[key]  # what is shown anyway is no change
    return HttpResponseRedirect(shown.address(**changes))


def _possible(shown: Shown) -> list[str]:
    """Every field and fact that the actor may read; those of references stay if somebody has put them there."""
    gone = hidden(shown.kind, shown.by)
    own = [each.key for each in fields_of(shown.kind)]
    own += [f"{FACT}{fact.key}" for fact in facts_about(shown.kind.facts_key)]
    return [key for key in dict.fromkeys((*own, *shown.columns)) if key not in gone]


def _named(kind: ObjectType, keys: Iterable[str]) -> list[tuple[str, Text]]:
    return [(key, _label(kind, key)) for key in keys]


def _label(kind: ObjectType, key: str) -> Text:
    found = column_of(kind, key)
    return found[0] if found else key
