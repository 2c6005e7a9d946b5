"""Totals of lanes and groups: in the page while there are few records, beside it when there are many."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from perennial.foundation.errors import NotFound, Text
from perennial.objects import query
from perennial.objects.schema import column_of
from perennial.objects.types import ObjectType
from perennial.objects.views.lanes import LaneValue, lane_values
from perennial.objects.views.totals import Total, totals_by
from perennial.web.kit.cells import NOTHING
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.web.screens.columns import draw_value
from perennial.web.screens.views.shown import Shown, shown_of

HOWS: dict[str, Text] = {
    "sum": _("Sum of %(field)s"), "average": _("Average of %(field)s"), "least": _("Least %(field)s"),
    "most": _("Most %(field)s"),
}  # fmt: skip


@require_GET
def totals(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The totals of the lanes that an address shows, each swapped into its lane."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    shown = shown_of(kind, request.GET, by=by)
    key = shown.spec.group if shown.spec.layout == "table" else shown.lane_field
    if not key:
        raise NotFound
    values = lane_values(kind, key, by=by, where=shown.where, search=shown.text, sort=shown.sort)
    return render(request, "web/_totals.html", {"totals": _drawn(shown, key, values, reader_of(by))})


def totals_of(shown: Shown, key: str, values: Sequence[LaneValue], reader: Reader) -> dict[str, Any]:
    """`totals` (id → what to show) when all are counted at once; `totals_url` always, for after a change."""
    count = query.estimate(shown.kind, by=shown.by, where=shown.where, search=shown.text)
    drawn = dict(_drawn(shown, key, values, reader)) if count.is_exact else {}
    return {"count": count, "totals": drawn, "totals_url": shown.address("totals/"), "totals_wait": not count.is_exact}


def total_id(name: str) -> str:
    """The id of the element that shows the total of a lane."""
    return f"total-{zlib.crc32(name.encode()):08x}"


def total_label(kind: ObjectType, total: str) -> str:
    """ "Sum of Worth"."""
    how, _colon, key = total.partition(":")
    found = column_of(kind, key)
    return str(HOWS[how]) % {"field": found[0] if found else key}


def _drawn(shown: Shown, key: str, values: Sequence[LaneValue], reader: Reader) -> list[tuple[str, SafeString]]:
    wanted = shown.spec.totals
    found = totals_by(shown.kind, key, wanted, by=shown.by, where=shown.where, search=shown.text)
    empty = Total(0, (None,) * len(wanted))
    return [(total_id(each.name), _draw(shown.kind, wanted, found.get(each.value, empty), reader)) for each in values]


def _draw(kind: ObjectType, wanted: Sequence[str], total: Total, reader: Reader) -> SafeString:
    """The count, and each total with what it is for whoever points at it or hears it."""
    count = format_html('<span class="count num">{}</span>', reader.number(total.count))
    parts = []
    for name, value in zip(wanted, total.values, strict=True):
        found = column_of(kind, name.partition(":")[2])
        drawn = NOTHING if found is None or value is None else draw_value(found[1], value, reader)
        label = total_label(kind, name)
        if drawn != NOTHING:
            parts.append((label, label, drawn))
    return count + format_html_join(
        "", '<span class="total" title="{}"><small class="total-label">{}</small> {}</span>', parts
    )
