"""The rows of one sheet: its XML is parsed block by block, and each row goes as soon as it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.formats.packages import Package, bare
from perennial.objects.importing.formats.shape import LONGEST_CELL, MOST_COLUMNS, Unreadable
from perennial.objects.importing.formats.styles import Styles

_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"))
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_ROW = re.compile(r"[A-Z]+\d+:[A-Z]+(\d{1,7})")
_MOST_ROWS = 1_048_576


class SheetRow(NamedTuple):
    number: int
    cells: list[str | None]


class SheetReader:
    """One pass over a sheet. `last_row` is what the sheet says of itself, as far as it has been read; `uncalculated`
    counts formulas without a value."""

    def __init__(self, package: Package, part: str, shared: list[str], styles: Styles) -> None:
        self._package, self._part = package, part
        self._shared, self._styles = shared, styles
        self.last_row: int | None = None
        self.uncalculated = 0
        self._ready: list[SheetRow] = []
        self._number = 0
        self._cells: list[str | None] = []
        self._place = -1
        self._type = self._style = ""
        self._pieces: list[str] = []
        self._length = 0
        self._is_reading = self._is_spoken = self._has_formula = False
        self._names: dict[str, str] = {}

    def rows(self) -> Iterator[SheetRow]:
        for _block in self._package.read(self._part, self._start, self._end, self._text):
            if self._ready:
                yield from self._ready
                self._ready.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match self._name(name):
            case "c":
                self._begin_cell(attributes)
            case "v" | "t":
                self._is_reading = not self._is_spoken
            case "row":
                given = attributes.get("r", "")
                self._number = max(self._number + 1, int(given[:8]) if given.isdecimal() else 0)
                self._cells, self._place = [], -1
                if self._number > _MOST_ROWS:
                    raise Unreadable(_("This sheet has more rows than a sheet can have."))
            case "f":
                self._has_formula = True
            case "rPh":
                self._is_spoken = True
            case "dimension":
                found = _LAST_ROW.fullmatch(attributes.get("ref", ""))
                self.last_row = int(found[1]) if found else None

    def _end(self, name: str) -> None:
        match self._name(name):
            case "c":
                self._end_cell()
            case "v" | "t":
                self._is_reading = False
            case "row":
                self._ready.append(SheetRow(self._number, self._cells))
            case "rPh":
                self._is_spoken = False

    def _text(self, data: str) -> None:
        if self._is_reading:
            self._length += len(data)
            if self._length > LONGEST_CELL:
                raise Unreadable(
                    _("A cell in row %(row)d holds more than %(most)d characters.")
                    % {"row": self._number, "most": LONGEST_CELL}
                )
            self._pieces.append(data)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        self._place = self._place + 1 if given is None else _place_of(given)
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._pieces.clear()
        self._length = 0
        self._has_formula = False

    def _end_cell(self) -> None:
        if not self._pieces:
            self.uncalculated += self._has_formula
            return
        value = self._value("".join(self._pieces))
        if value is None:
            return
        place = min(self._place, MOST_COLUMNS)  # what stands further out is still told as too many cells
        cells = self._cells
        if place >= len(cells):
            cells.extend([None] * (place + 1 - len(cells)))
        cells[place] = value

    def _value(self, text: str) -> str | None:
        match self._type:
            case "s":
                number = int(text[:9]) if text.isdecimal() else -1
                shared = self._shared[number] if 0 <= number < len(self._shared) else ""
                return _unescaped(shared)
            case "n":
                return self._number_of(text)
            case "b":
                return "true" if text.strip() == "1" else "false"
            case "e":
                return None if text in _ERRORS else text
        return None if self._type == "str" and text in _ERRORS else _unescaped(text)

    def _number_of(self, text: str) -> str | None:
        """A date where the style says so; else the number in its shortest form, a whole one without its point."""
        if self._style in self._styles.dates:
            try:
                return self._styles.written(float(text)) or text
            except ValueError:
                return text
        if text.isdecimal():
            return text
        try:
            number = float(text)
        except ValueError:
            return text
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return f"{Decimal(f'{number:.15g}'):f}" if 1e-15 < abs(number) < 1e15 else text  # as spreadsheets show it

    def _name(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            if len(self._names) > 1_000:
                self._names.clear()
            known = self._names[name] = bare(name)
        return known


def _place_of(reference: str) -> int:
    """The column of "BC12", from 0."""
    place = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        place = place * 26 + ord(letter) - 64
    return max(place - 1, 0)


def _unescaped(text: str) -> str | None:
    """With the characters that XML cannot hold, which workbooks write as _x000D_."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text or None
