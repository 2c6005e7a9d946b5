"""A list beside the record that is open: short rows at one side, the record's page at the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.web.kit.reader import Reader
from perennial.web.screens.views.board import card_drawer
from perennial.web.screens.views.shown import Shown

ROWS = 50
_BELOW = 2  # columns below the title


def split(shown: Shown, reader: Reader, *, after: str | None, opened: str = "") -> dict[str, Any]:
    """What `_split.html` needs. `opened` is the record that the address names; else the first is open."""
    columns = [key for key in shown.columns if key != shown.kind.title][:_BELOW]
    page = query.select(shown.kind, by=shown.by, where=shown.where, search=shown.text, columns=columns,
                        sort=shown.sort, limit=ROWS, after=after)  # fmt: skip
    draw = card_drawer(shown, columns, reader)
    open_id = whole_number(opened) or (page.rows[0].id if page.rows else 0)
    rows = [
        draw(row) | {"is_open": row.id == open_id, "here_url": shown.address(extra={"open": row.id})}
        for row in page.rows
    ]
    return {
        "page": page, "rows": rows,
        "open_url": f"{shown.path}{open_id}/" if open_id else "",
        "next_url": shown.address(extra={"after": page.next}) if page.next else "",
    }  # fmt: skip


def more_rows(request: HttpRequest, shown: Shown, reader: Reader) -> HttpResponse:
    return render(request, "web/_split_rows.html", split(shown, reader, after=request.GET["after"], opened="0"))
