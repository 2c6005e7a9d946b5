"""A list as a board: a lane for each value of a field. Dragging a card to another lane runs the action that sets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.foundation.errors import NotFound
from perennial.objects import query
from perennial.objects.fields import LinesType
from perennial.objects.schema import column_of
from perennial.objects.views.checking import can_be_lane
from perennial.objects.views.lanes import lane_by_name, lane_page, lane_values, lanes
from perennial.objects.views.moving import can_move, move
from perennial.web.kit.cells import NOTHING
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import Reader
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.address import kind_of, list_url
from perennial.web.screens.columns import Draw, cell_drawer
from perennial.web.screens.views.shown import Shown
from perennial.web.screens.views.totals import total_id, totals_of

CARDS = 20
_ON_A_CARD = 4  # columns below the title
_FEW = 12  # lanes up to which the empty ones are shown too: there is room, and cards are dropped there


def board(shown: Shown, reader: Reader) -> dict[str, Any]:
    """What `_board.html` needs."""
    kind, by = shown.kind, shown.by
    key = shown.lane_field
    if not key:
        raise NotFound
    values = lane_values(kind, key, by=by, where=shown.where, search=shown.text, sort=shown.sort)
    columns = _columns(shown, key)
    found = lanes(kind, key, values, by=by, columns=columns, sort=shown.sort, where=shown.where, search=shown.text,
                  limit=CARDS)  # fmt: skip
    draw = card_drawer(shown, columns, reader)
    kept = [lane for lane in found if lane.rows or lane.next or (len(values) <= _FEW and lane.of.value is not None)]
    totals = totals_of(shown, key, [lane.of for lane in kept], reader)
    drawn = [
        {
            "name": lane.of.name, "title": lane.of.title, "total_id": (id := total_id(lane.of.name)),
            "total": totals["totals"].get(id, ""), "cards": [draw(row) for row in lane.rows],
            "next_url": _next(shown, lane.of.name, lane.next),
        }
        for lane in kept
    ]  # fmt: skip
    return {
        "lanes": drawn, "lane_field": key, "lane_label": (column_of(kind, key) or ("",))[0],
        "can_move": can_move(kind, key, by=by), "move_url": f"{shown.path}move/",
        "rows": [row for lane in found for row in lane.rows], **totals,
    }  # fmt: skip


def more_cards(request: HttpRequest, shown: Shown, reader: Reader) -> HttpResponse:
    """The cards of a lane behind a cursor."""
    key, name = shown.lane_field, request.GET.get("lane", "")
    columns = _columns(shown, key)
    page = lane_page(shown.kind, key, lane_by_name(shown.kind, key, name), by=shown.by, where=shown.where,
                     search=shown.text, columns=columns, sort=shown.sort, limit=CARDS,
                     after=request.GET.get("after"))  # fmt: skip
    return render(request, "web/_cards.html", {
        "cards": _cards(shown, page.rows, columns, reader), "next_url": _next(shown, name, page.next),
        "can_move": can_move(shown.kind, key, by=shown.by), "move_url": f"{shown.path}move/", "lane_field": key,
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def move_card(request: HttpRequest, kind_key: str) -> HttpResponse:
    """GET asks for the lane in a dialog, for whoever does not drag; POST moves."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    sent = request.POST if request.method == "POST" else request.GET
    key, record_id = sent.get("field", ""), sent.get("id", "")
    if not can_be_lane(kind, key) or not record_id.isascii() or not record_id.isdigit() or len(record_id) > 18:
        raise NotFound
    row = query.get(kind, int(record_id), by=by, columns=())
    label, _type = column_of(kind, key) or ("", None)
    if request.method == "GET":
        options = [(each.name, each.title) for each in lane_values(kind, key, by=by)]
        now = request.GET.get("from", "")
        return render(request, "web/_form_dialog.html", {
            "heading": _("Move"), "sub": row.title, "action": f"{list_url(kind)}move/", "submit_label": _("Move"),
            "hidden": [("field", key), ("id", record_id), ("_reload", "1")],
            "inputs": [Input("to", label, "choice", now, options=options, is_required=True, has_focus=True)],
        })  # fmt: skip
    run = move(kind, row.id, key, lane_by_name(kind, key, sent.get("to", "")), by=by)
    if not is_partial(request):
        return HttpResponseRedirect(list_url(kind))
    response = answer_regions(request, toast=Toast(run.sentence, undo=f"/undo/{run.id}/"))
    response.headers["HX-Trigger"] = "dialog-done, record-changed" if "_reload" in sent else "totals-changed"
    return response


def card_drawer(shown: Shown, columns: Sequence[str], reader: Reader) -> Callable[[query.Row], dict[str, Any]]:
    """What draws a card: title, link, and the columns that have a value. Made once for all cards of a page."""
    drawers = []
    for key in columns:
        found = column_of(shown.kind, key)
        if found is not None and not isinstance(found[1], LinesType):
            drawers.append((key, escape(str(found[0])), cell_drawer(found[1], reader)))
    return partial(_draw_card, shown.path, drawers)


def _draw_card(path: str, drawers: Sequence[tuple[str, str, Draw]], row: query.Row) -> dict[str, Any]:
    values = [(label, drawn) for key, label, draw in drawers if (drawn := draw(row.values.get(key))) != NOTHING]
    pairs = "".join(f'<div><dt class="visually-hidden">{label}</dt><dd title="{label}">{drawn}</dd></div>'
                    for label, drawn in values)  # fmt: skip
    return {"id": row.id, "url": f"{path}{row.id}/", "title": row.title or f"#{row.id}", "values": values,
            "pairs": SafeString(f"<dl>{pairs}</dl>" if pairs else "")}  # fmt: skip


def _cards(shown: Shown, rows: Sequence[query.Row], columns: Sequence[str], reader: Reader) -> list[dict[str, Any]]:
    draw = card_drawer(shown, columns, reader)
    return [draw(row) for row in rows]


def _columns(shown: Shown, key: str) -> list[str]:
    """A card shows what the list shows, but for its name and its lane, and not too much of it."""
    chosen = [each for each in shown.columns if each not in (key, shown.kind.title)]
    return chosen if shown.spec.columns else chosen[:_ON_A_CARD]


def _next(shown: Shown, name: str, cursor: str | None) -> str:
    return shown.address(extra={"lane": name, "after": cursor}) if cursor else ""
