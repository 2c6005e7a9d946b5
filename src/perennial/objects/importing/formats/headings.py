"""In which row the headings of a table stand, below a title or not, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.formats.shape import MOST_COLUMNS, NO_HEADINGS, Unreadable

LOOKED_AT = 30  # rows among which the headings are looked for
_VALUE = re.compile(r"[\d\s.,:/+%€$£-]*\d[\d\s.,:/+%€$£-]*|\S+@\S+\.\S+|https?://\S+", re.ASCII)

Cells = Sequence[str | None]


def top_of(rows: Sequence[Cells]) -> int:
    """How many rows stand above the headings. A title has one cell, a heading one for nearly every column; its cells
    are words, and no two of them the same."""
    filled = [_filled(row) for row in rows[:LOOKED_AT]]
    widths = Counter(count for count in filled if count)
    if not widths:
        raise Unreadable(_("This file has no headings."))
    first = next(number for number, count in enumerate(filled) if count)
    usual = max(widths, key=lambda width: (widths[width], width))
    if usual < 2:
        return first
    for number, row in enumerate(rows[:LOOKED_AT]):
        if filled[number] >= max(2, 0.6 * usual) and _looks_like_headings(row):
            return number
    return first


def named(headings: Cells) -> tuple[str, ...]:
    """The columns' names, one for each; those without get their number."""
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(_("This file has too many columns: %(most)d at most.") % {"most": MOST_COLUMNS})
    return tuple(
        " ".join(str(each or "").split())[:200] or str(_("Column %(number)d") % {"number": number})
        for number, each in enumerate(headings, start=1)
    )


def headings_of(rows: Sequence[Cells], top: int | None) -> tuple[int, tuple[str, ...]]:
    """Where they are, by what was wished or by a guess, and what they are."""
    place = top_of(rows) if top is None or top >= len(rows) else max(top, NO_HEADINGS)
    if place == NO_HEADINGS:
        return place, named([None] * max((len(row) for row in rows), default=0))
    return place, named(_without_end(rows[place]))


def _without_end(row: Cells) -> Cells:
    """Without empty cells at its end, where spreadsheets leave hundreds; a column without a name in between stays."""
    width = next((number for number in range(len(row), 0, -1) if (row[number - 1] or "").strip()), 0)
    return row[:width]


def _looks_like_headings(row: Cells) -> bool:
    words = [" ".join(cell.split()).lower() for cell in row if cell and cell.strip()]
    values = sum(bool(_VALUE.fullmatch(word)) for word in words)
    return values <= len(words) // 4 and len(set(words)) == len(words) and all(len(word) <= 200 for word in words)


def _filled(row: Cells) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)
