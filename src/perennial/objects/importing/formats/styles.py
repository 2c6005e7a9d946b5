"""Which cells of a workbook are dates: a date is a number of days whose style says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from perennial.objects.importing.formats.packages import Package, bare

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # numbers that every program knows
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of no zone, from which spreadsheets count
_START_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - and those of old Macintoshes
_LEAP = 60  # before it the count is one short, for 1900 is taken for a leap year
LATEST = 2_958_466.0  # the day after the last of the year 9999


@dataclass(frozen=True, slots=True)
class Styles:
    """`dates` are the numbers of the styles that make a date of a number."""

    dates: frozenset[str]
    is_1904: bool = False

    def written(self, number: float) -> str | None:
        """A day, a time or both as text; None when no calendar has it."""
        if not 0 <= number < LATEST:
            return None
        if number < 1:
            return f"{_START + timedelta(seconds=round(number * 86_400)):%H:%M:%S}"
        days = number + (1 if number < _LEAP and not self.is_1904 else 0)
        moment = (_START_1904 if self.is_1904 else _START) + timedelta(seconds=round(days * 86_400))
        return f"{moment:%Y-%m-%d}" if number == int(number) else f"{moment:%Y-%m-%d %H:%M:%S}"


def read_styles(package: Package, workbook: str) -> Styles:
    formats: dict[str, str] = {}
    cells: list[str] = []
    state = {"is_cell": False, "is_1904": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        match bare(name):
            case "numFmt":
                formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            case "cellXfs":
                state["is_cell"] = True
            case "xf" if state["is_cell"]:
                cells.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if bare(name) == "cellXfs":
            state["is_cell"] = False

    def setting(name: str, attributes: dict[str, str]) -> None:
        if bare(name) == "workbookPr":
            state["is_1904"] = attributes.get("date1904", "0") in ("1", "true")

    if "xl/styles.xml" in package.parts:
        package.read_all("xl/styles.xml", start, end, _nothing)
    package.read_all(workbook, setting, _nothing, _nothing)
    dates = {str(style) for style, number in enumerate(cells) if _is_date(number, formats)}
    return Styles(frozenset(dates), state["is_1904"])


def _is_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        return bool(_DATE_LETTERS.search(_NOT_FORMAT.sub("", formats[number].split(";")[0])))
    return number.isdecimal() and int(number[:6]) in _DATES


def _nothing(*_anything: object) -> None:
    return None
