"""XLSX: numbers as numbers, days as days, text as text, which no spreadsheet takes for a formula.

Written row by row, so that its size does not matter to memory; what one sheet cannot hold goes on in the next.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from perennial.foundation.libraries import on_demand
from perennial.objects.exporting.plan import Plan
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.typed import Typed, typed_rows

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = on_demand("xlsxwriter")

MOST_ROWS = 1_048_576  # of a sheet, its heading included
_LONGEST = 32_767  # characters of a cell
_EXACT = 15  # digits that a spreadsheet's number holds
_EPOCH = date(1900, 3, 1)  # days before are counted differently by every spreadsheet
Write = Callable[[Any, int, int, Any], None]


def write_xlsx(plan: Plan, path: Path, progress: Progress, *, most_rows: int = MOST_ROWS) -> None:
    zone = ZoneInfo(plan.by.timezone or "UTC")
    with (
        tempfile.TemporaryDirectory(dir=path.parent) as folder,  # as private as the file itself
        xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder, "in_memory": False,
                                   "remove_timezone": True}) as book,
        typed_rows(plan, with_ids=False) as (columns, batches),
    ):  # fmt: skip
        formats = {
            "heading": book.add_format({"bold": True}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet, row = _sheet(book, columns, formats), 1
        for batch in batches:
            for values in batch:
                if row == most_rows:
                    sheet, row = _sheet(book, columns, formats), 1
                for place, (column, value) in enumerate(zip(columns, values, strict=True)):
                    if value is not None:
                        _write(sheet, row, place, value, column, formats, zone)
                row += 1
            progress.add(len(batch))


def _sheet(book: Any, columns: list[Typed], formats: dict[str, Any]) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 18 if column.type in ("text", "texts", "moment") else 12)
        sheet.write_string(0, place, column.heading[:_LONGEST], formats["heading"])
    return sheet


def _write(
    sheet: Any, row: int, place: int, value: Any, column: Typed, formats: dict[str, Any], zone: ZoneInfo
) -> None:
    match value:
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | Decimal() if _is_exact(value):
            sheet.write_number(row, place, value)
        case datetime() if value.date() >= _EPOCH:
            sheet.write_datetime(row, place, value.astimezone(zone).replace(tzinfo=None), formats["moment"])
        case date() if not isinstance(value, datetime) and value >= _EPOCH:
            sheet.write_datetime(row, place, value, formats["day"])
        case list():
            sheet.write_string(row, place, _cut("; ".join(map(str, value))))
        case float():
            sheet.write_number(row, place, value)
        case _:
            sheet.write_string(row, place, _cut(str(value)))


def _is_exact(value: int | Decimal) -> bool:
    """Whether the number survives; a longer one is written as text, digit by digit."""
    number = Decimal(value)
    return number.is_finite() and len(number.normalize().as_tuple().digits) <= _EXACT


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
