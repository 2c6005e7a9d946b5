"""XLSX: numbers as numbers, days as days, text as text, which no spreadsheet takes for a formula.

The library makes the workbook with its headings and styles; the database writes the cells of each row (`cell_xml`), and
the rows go between, straight into the file: a writer that makes an object of every cell is ten times slower. What one
sheet cannot hold goes on in the next.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from perennial.foundation import sql
from perennial.foundation.libraries import on_demand
from perennial.objects.exporting.cell_xml import cell_xml
from perennial.objects.exporting.plan import Plan
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.typed import Typed, typed_statement

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = on_demand("xlsxwriter")

MOST_ROWS = 1_048_576  # of a sheet, its heading included
_MOST_BYTES = 1_900_000_000  # of a sheet: more would need a newer form of archive, which not every program reads
_LONGEST = 32_767  # characters of a heading
_ROWS = 2_000  # written at once
_COMPRESSION = 4  # of 9; more takes twice the time for a tenth of the size
_SHEET = "xl/worksheets/sheet{}.xml"
_FORMATS = {"moment": "yyyy-mm-dd hh:mm:ss", "day": "yyyy-mm-dd"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before and after the rows of a sheet, and the style of each column's cells."""

    before: str
    after: str
    styles: list[int]


def write_xlsx(plan: Plan, path: Path, progress: Progress, *, most_rows: int = MOST_ROWS) -> None:
    columns, statement = typed_statement(plan, with_ids=False)
    frame = _frame(_workbook(columns, sheets=1), len(columns))
    zone = str(ZoneInfo(plan.by.timezone or "UTC"))
    cells = [cell_xml(f"q.c{number}", column.type, style=style, zone=zone)
             for number, (column, style) in enumerate(zip(columns, frame.styles, strict=True))]  # fmt: skip
    row = " || ".join(cells).replace("%", "%%") or "''"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as book,
        sql.streamed(f"SELECT {row} FROM ({statement.text}) q", statement.params, batch=_ROWS) as rows,
    ):
        sheets = _write_sheets(book, frame, (row[0] for row in rows), progress, most_rows)
        with zipfile.ZipFile(_workbook(columns, sheets=sheets)) as made:
            for name in made.namelist():
                if not name.startswith("xl/worksheets/"):
                    book.writestr(name, made.read(name))


def _write_sheets(book: zipfile.ZipFile, frame: Frame, rows: Iterator[str], progress: Progress, most_rows: int) -> int:
    """How many sheets it took."""
    number, waiting = 0, list(islice(rows, _ROWS))
    while waiting or not number:
        number += 1
        before = frame.before if number == 1 else frame.before.replace(' tabSelected="1"', "")
        with book.open(_SHEET.format(number), "w") as sheet:
            size, row = sheet.write(before.encode()), 2
            while waiting and row <= most_rows and size < _MOST_BYTES:
                now, waiting = waiting[: most_rows - row + 1], waiting[most_rows - row + 1 :]
                text = "".join([f'<row r="{row + place}">{cells}</row>' for place, cells in enumerate(now)])
                size += sheet.write(text.encode())
                row += len(now)
                progress.add(len(now))
                waiting = waiting or list(islice(rows, _ROWS))
            sheet.write(frame.after.encode())
    return number


def _workbook(columns: list[Typed], *, sheets: int) -> io.BytesIO:
    """A workbook with headings and no rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": True}) as book:
        heading = book.add_format({"bold": True})
        formats = {type: book.add_format({"num_format": format}) for type, format in _FORMATS.items()}
        for _number in range(sheets):
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                width = 18 if column.type in ("text", "texts", "moment") else 12
                sheet.set_column(place, place, width, formats.get(column.type))
                sheet.write_string(0, place, column.heading[:_LONGEST], heading)
    file.seek(0)
    return file


def _frame(workbook: io.BytesIO, columns: int) -> Frame:
    with zipfile.ZipFile(workbook) as made:
        text = made.read(_SHEET.format(1)).decode()
    before, _end, after = re.sub(r"<dimension [^>]*/>", "", text).rpartition("</sheetData>")
    styles = [0] * columns
    for column in re.findall(r"<col [^>]*>", before):
        said: dict[str, Any] = dict(re.findall(r'(\w+)="([^"]*)"', column))
        for place in range(int(said["min"]) - 1, int(said["max"])):
            styles[place] = int(said.get("style", 0))
    return Frame(before, f"</sheetData>{after}", styles)
