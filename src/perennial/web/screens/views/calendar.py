"""A list as a calendar, by any day or moment of its records. Dragging one to another day changes it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, every
from perennial.conditions.writing import to_text
from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.schema import column_of
from perennial.objects.views.checking import can_be_day
from perennial.objects.views.days import DayOf, day_condition, days
from perennial.objects.views.moving import can_move, move_to_day
from perennial.web.kit.pages import Choice, Input
from perennial.web.kit.reader import Reader
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.address import kind_of, list_url
from perennial.web.screens.views.board import card_drawer
from perennial.web.screens.views.shown import Shown

_IN_A_MONTH, _IN_A_WEEK = 4, 30  # records of a day
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def calendar(shown: Shown, reader: Reader, *, at: str) -> dict[str, Any]:
    """What `_calendar.html` needs. `at` is a day of the month or week to show; today's without."""
    kind, by, key = shown.kind, shown.by, shown.day_field
    if not key:
        raise NotFound
    today = reader.today()
    here = _day(at) or today
    is_week = shown.spec.span == "week"
    first_weekday = Locale.parse(reader.locale).first_week_day
    first, count = _span(here, is_week=is_week, first_weekday=first_weekday)
    columns = [each for each in shown.columns if each not in (key, kind.title)][: 3 if is_week else 0]
    found = days(kind, key, first, count, by=by, columns=columns, where=shown.where, search=shown.text,
                 limit=_IN_A_WEEK if is_week else _IN_A_MONTH)  # fmt: skip
    earlier, later = _neighbours(here, is_week=is_week)
    return {
        "days": [_drawn(shown, each, columns, reader, here=here, today=today, is_week=is_week) for each in found],
        "weekdays": [format_date(first + timedelta(days=number), "EEE", locale=reader.locale) for number in range(7)],
        "is_week": is_week, "heading_of_span": _heading(first, count, here, reader.locale, is_week=is_week),
        "earlier_url": shown.address(extra={"at": earlier}), "later_url": shown.address(extra={"at": later}),
        "today_url": shown.address(), "is_now": first <= today < first + timedelta(days=count),
        "spans": [Choice(_("Month"), shown.address(span="month", extra={"at": here}), not is_week),
                  Choice(_("Week"), shown.address(span="week", extra={"at": here}), is_week)],
        "day_field": key, "day_label": (column_of(kind, key) or ("",))[0], "can_move": can_move(kind, key, by=by),
        "move_url": f"{shown.path}move-day/", "rows": [row for each in found for row in each.rows],
        "always_drawn": True,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def move_day(request: HttpRequest, kind_key: str) -> HttpResponse:
    """GET asks for the day in a dialog, for whoever does not drag; POST moves."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    sent = request.POST if request.method == "POST" else request.GET
    key, record_id = sent.get("field", ""), whole_number(sent.get("id", ""))
    if not can_be_day(kind, key) or record_id is None:
        raise NotFound
    row = query.get(kind, record_id, by=by, columns=())
    if request.method == "GET":
        label, _type = column_of(kind, key) or ("", None)
        return render(request, "web/_form_dialog.html", {
            "heading": _("Move to another day"), "sub": row.title, "action": f"{list_url(kind)}move-day/",
            "submit_label": _("Move"), "hidden": [("field", key), ("id", record_id), ("_reload", "1")],
            "inputs": [Input("to", label, "day", sent.get("from", ""), is_required=True, has_focus=True)],
        })  # fmt: skip
    day = _day(sent.get("to", ""))
    if day is None:
        raise NotFound
    run = move_to_day(kind, row.id, key, day, by=by)
    if not is_partial(request):
        return HttpResponseRedirect(list_url(kind))
    response = answer_regions(request, toast=Toast(run.sentence, undo=f"/undo/{run.id}/"))
    response.headers["HX-Trigger"] = "dialog-done, record-changed" if "_reload" in sent else "dialog-done"
    return response


def _drawn(shown: Shown, of: DayOf, columns: list[str], reader: Reader, *, here: date, today: date,
           is_week: bool) -> dict[str, Any]:  # fmt: skip
    more = ""
    if of.has_more:
        on_it = day_condition(shown.kind, shown.day_field, of.day, by=shown.by)
        parts = [each for each in (shown.filter, on_it) if each != TRUE]
        more = shown.address(layout="table", sort=shown.day_field, where=to_text(every(*parts)))
    found = column_of(shown.kind, shown.day_field)
    has_time = found is not None and found[1].column is ColumnType.MOMENT
    draw = card_drawer(shown, columns, reader)
    cards = []
    for row in of.rows:
        at = row.values[shown.day_field]
        cards.append(draw(row) | {"time": reader.time(at) if has_time else ""})
    return {"day": of.day, "name": reader.long_day(of.day), "cards": cards, "more_url": more,
            "is_today": of.day == today, "is_other": not is_week and of.day.month != here.month}  # fmt: skip


def _span(here: date, *, is_week: bool, first_weekday: int) -> tuple[date, int]:
    """The first day shown, and how many: whole weeks."""
    start = here if is_week else here.replace(day=1)
    first = start - timedelta(days=(start.weekday() - first_weekday) % 7)
    if is_week:
        return first, 7
    following = (here.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, -(-(following - first).days // 7) * 7


def _neighbours(here: date, *, is_week: bool) -> tuple[date, date]:
    if is_week:
        return here - timedelta(days=7), here + timedelta(days=7)
    first = here.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def _heading(first: date, count: int, here: date, locale: str, *, is_week: bool) -> str:
    if not is_week:
        return format_skeleton("yMMMM", here, locale=locale)
    last = first + timedelta(days=count - 1)
    return f"{format_skeleton('MMMd', first, locale=locale)} – {format_skeleton('yMMMd', last, locale=locale)}"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
