"""A list as a table: its rows, which go on by themselves, or its groups with their totals."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from perennial.objects import query
from perennial.objects.actions import actions_on
from perennial.objects.ordering import split_sort
from perennial.objects.views.lanes import lane_by_name, lane_page, lane_values, lanes
from perennial.web.kit.pages import Button
from perennial.web.kit.reader import Reader
from perennial.web.screens.bulk import bulk_buttons
from perennial.web.screens.cell_inputs import cell_fields
from perennial.web.screens.columns import draw_rows, headings
from perennial.web.screens.views.shown import Shown
from perennial.web.screens.views.totals import total_id, totals_of

ROWS = 50
GROUP_ROWS = 10


def table(shown: Shown, reader: Reader, *, after: str | None) -> dict[str, Any]:
    """What `_table.html` needs; `page` for whoever counts."""
    if shown.spec.group:
        return _groups(shown, reader)
    page = query.select(shown.kind, by=shown.by, where=shown.where, search=shown.text, columns=shown.columns,
                        sort=shown.sort, limit=ROWS, after=after)  # fmt: skip
    return {
        **_frame(shown), "page": page, "rows": draw_rows(shown.kind, page.rows, shown.columns, reader),
        "next_url": shown.address(extra={"after": page.next}) if page.next else "",
    }  # fmt: skip


def more_rows(request: HttpRequest, shown: Shown, reader: Reader) -> HttpResponse:
    """The rows behind a cursor: of the table, or of one of its groups."""
    group, name = shown.spec.group, request.GET.get("lane", "")
    if not group or not name:
        return render(request, "web/_rows.html", table(shown, reader, after=request.GET["after"]))
    page = lane_page(shown.kind, group, lane_by_name(shown.kind, group, name), by=shown.by, where=shown.where,
                     search=shown.text, columns=shown.columns, sort=shown.sort, limit=ROWS,
                     after=request.GET["after"])  # fmt: skip
    return render(request, "web/_group_rows.html", {
        **_frame(shown), "rows": draw_rows(shown.kind, page.rows, shown.columns, reader),
        "next_url": shown.address(extra={"lane": name, "after": page.next}) if page.next else ""})  # fmt: skip


def _groups(shown: Shown, reader: Reader) -> dict[str, Any]:
    kind, by = shown.kind, shown.by
    values = lane_values(kind, shown.spec.group, by=by, where=shown.where, search=shown.text, sort=shown.sort)
    found = lanes(kind, shown.spec.group, values, by=by, columns=shown.columns, sort=shown.sort, where=shown.where,
                  search=shown.text, limit=GROUP_ROWS)  # fmt: skip
    filled = [lane for lane in found if lane.rows or lane.next]
    totals = totals_of(shown, shown.spec.group, [lane.of for lane in filled], reader)
    groups = [
        {
            "title": lane.of.title, "total_id": (id := total_id(lane.of.name)), "total": totals["totals"].get(id, ""),
            "rows": draw_rows(kind, lane.rows, shown.columns, reader),
            "next_url": shown.address(extra={"lane": lane.of.name, "after": lane.next}) if lane.next else "",
        }
        for lane in filled
    ]  # fmt: skip
    rows = [row for lane in filled for row in lane.rows]
    return {**_frame(shown), "groups": groups, "rows": rows, "next_url": "", **totals}


def _frame(shown: Shown) -> dict[str, Any]:
    kept = {key: value for key, value in shown.parameters().items() if key != "sort"}
    sort = split_sort(shown.sort)[0]
    return {
        "columns": headings(shown.kind, shown.columns, sort=sort, path=shown.path, kept=kept),
        "bulk": [Button(each.label, dialog=f"{shown.path}do/{each.key}/", icon=each.icon)
                 for each in actions_on(shown.kind.key, shown.by) if each.is_bulk] + bulk_buttons(shown.kind, shown.by),
        "cell_keys": " ".join(cell_fields(shown.kind, shown.by)),
        "bulk_scope": {"where": shown.where_text, "q": shown.text},
    }  # fmt: skip
