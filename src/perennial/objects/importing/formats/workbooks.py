"""XLSX workbooks: which sheets there are, and the rows of one, read as they come and never held together."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.formats.headings import headings_of
from perennial.objects.importing.formats.packages import Package, bare, opened
from perennial.objects.importing.formats.shape import FileRow, Shape, Unreadable, Wishes
from perennial.objects.importing.formats.sheets import SheetReader, SheetRow
from perennial.objects.importing.formats.styles import Styles, read_styles

WORKBOOK = "xl/workbook.xml"
UNCALCULATED = "uncalculated"  # a hint: formulas of which the file does not keep what they came to
_ROWS_LOOKED_AT = 200
_MOST_SHARED = 150_000_000  # characters of texts that cells share, which have to be held
_NO_SHEET = _("This workbook has no sheet with rows.")


class Sheet(NamedTuple):
    name: str
    part: str
    is_hidden: bool


def look(path: Path, wishes: Wishes) -> Shape:
    """Of the sheet that is wished for; else of the first that looks like a table, and not like a cover page."""
    with opened(path) as package:
        sheets = _sheets(package)
        book = _Book(package)
        wished = [sheet for sheet in sheets if sheet.name == wishes.sheet]
        found: tuple[Sheet, SheetReader, list[list[str | None]]] | None = None
        for sheet in wished or sorted(sheets, key=lambda each: each.is_hidden):
            reader = book.reader(sheet)
            first = list(islice(_dense(reader.rows()), _ROWS_LOOKED_AT))
            if found is None and (any(map(any, first)) or wished):
                found = sheet, reader, first
            if _is_table(first):
                found = sheet, reader, first
                break
        if found is None:
            raise Unreadable(_NO_SHEET)
        return _shape(*found, tuple(sheet.name for sheet in sheets), wishes)


def _shape(
    sheet: Sheet, reader: SheetReader, first: list[list[str | None]], names: tuple[str, ...], wishes: Wishes
) -> Shape:
    top, headings = headings_of(first, wishes.top)
    last = reader.last_row
    hints = (UNCALCULATED,) if reader.uncalculated else ()
    rows = None if last is None else max(last - top - 1, 0)
    return Shape("xlsx", headings, top=top, sheet=sheet.name, sheets=names, hints=hints, rows=rows)


def _is_table(first: list[list[str | None]]) -> bool:
    """Two rows with two cells at least."""
    return sum(sum(map(bool, row)) > 1 for row in first) > 1


def rows(path: Path, shape: Shape) -> Generator[FileRow, None, None]:
    """Every row behind the headings that has something in it, by its number in the sheet."""
    with opened(path) as package:
        sheet = next((each for each in _sheets(package) if each.name == shape.sheet), None)
        if sheet is None:
            raise Unreadable(_NO_SHEET)
        for row in _Book(package).reader(sheet).rows():
            number = row.number - shape.top - 1
            if number > 0 and any(row.cells):
                yield FileRow(number, row.cells)


class _Book:
    """What the sheets of a workbook share: texts and styles."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._shared: list[str] | None = None
        self._styles: Styles | None = None

    def reader(self, sheet: Sheet) -> SheetReader:
        if self._shared is None or self._styles is None:
            self._shared = _shared_texts(self.package)
            self._styles = read_styles(self.package, WORKBOOK)
        return SheetReader(self.package, sheet.part, self._shared, self._styles)


def _dense(found: Iterator[SheetRow]) -> Iterator[list[str | None]]:
    """The rows with the empty ones between them."""
    number = 0
    for row in found:
        for _empty in range(number + 1, min(row.number, number + _ROWS_LOOKED_AT)):
            yield []
        number = row.number
        yield row.cells


def _sheets(package: Package) -> list[Sheet]:
    """In the order of the workbook."""
    if WORKBOOK not in package.parts:
        raise Unreadable(_("This is an archive or another document. Unpack it, or save the table as CSV or XLSX."))
    named: list[tuple[str, str, bool]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if bare(name) == "sheet":
            relation = next((value for key, value in attributes.items() if bare(key) == "id"), "")
            named.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))

    def relation(name: str, attributes: dict[str, str]) -> None:
        if bare(name) == "Relationship" and "Id" in attributes:
            targets[attributes["Id"]] = attributes.get("Target", "")

    package.read_all(WORKBOOK, sheet, _nothing, _nothing)
    package.read_all("xl/_rels/workbook.xml.rels", relation, _nothing, _nothing)
    found = [Sheet(name, _part(targets.get(id, "")), is_hidden) for name, id, is_hidden in named]
    sheets = [each for each in found if each.part in package.parts and "/chartsheets/" not in each.part]
    if not sheets:
        raise Unreadable(_NO_SHEET)
    return sheets


def _part(target: str) -> str:
    target = unquote(target)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _shared_texts(package: Package) -> list[str]:
    part = next((each for each in package.parts if each.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return []
    texts: list[str] = []
    pieces: list[str] = []
    state = {"is_text": False, "is_spoken": False, "held": 0}

    def start(name: str, _attributes: dict[str, str]) -> None:
        name = bare(name)
        if name == "t":
            state["is_text"] = not state["is_spoken"]
        elif name == "rPh":  # how an Asian text is spoken, beside the text
            state["is_spoken"] = True

    def end(name: str) -> None:
        name = bare(name)
        if name == "si":
            texts.append("".join(pieces))
            pieces.clear()
        elif name == "t":
            state["is_text"] = False
        elif name == "rPh":
            state["is_spoken"] = False

    def text(data: str) -> None:
        if state["is_text"]:
            state["held"] += len(data)
            if state["held"] > _MOST_SHARED:
                raise Unreadable(_("This workbook holds more text than can be read at once. Save the sheet as CSV."))
            pieces.append(data)

    package.read_all(part, start, end, text)
    return texts


def _nothing(*_anything: object) -> None:
    return None
