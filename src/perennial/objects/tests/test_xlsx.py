"""Spreadsheets: each value as what it is, whatever it holds, and nothing that a reader stumbles over."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from perennial.objects.exporting.cell_xml import cell_xml
from perennial.objects.exporting.plan import plan_of
from perennial.objects.exporting.progress import Progress, Stopped
from perennial.objects.exporting.typed import CellType
from perennial.objects.exporting.xlsx import write_xlsx
from perennial.objects.tests.test_query import make
from perennial.objects.tests.world import GARDEN
from perennial.workspace.tests.cast import Cast


def cell(value: object, type: CellType, cast: str) -> ElementTree.Element:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {cell_xml('q.c', type, style=3, zone='Asia/Almaty')} FROM (SELECT %s::{cast} AS c) q".replace(
                "%", "%%"
            ).replace("%%s", "%s"),
            [value],
        )
        return ElementTree.fromstring(cursor.fetchone()[0])  # noqa: S314 - ours


@pytest.mark.parametrize(("type", "cast", "value", "kind", "said"), [
    ("whole", "bigint", 7, None, "7"), ("whole", "bigint", -999_999_999_999_999, None, "-999999999999999"),
    ("whole", "bigint", 1_000_000_000_000_001, "inlineStr", "1000000000000001"),
    ("number", "numeric", "12.500", None, "12.5"), ("number", "numeric", "-0.000123456789012345", None,
                                                     "-0.000123456789012345"),
    ("number", "numeric", "99999999999999.1234", "inlineStr", "99999999999999.1234"),
    ("number", "numeric", "NaN", "inlineStr", "NaN"), ("number", "float8", "infinity", "inlineStr", "Infinity"),
    ("number", "float8", "0.1", None, "0.1"),
    ("flag", "boolean", True, "b", "1"), ("flag", "boolean", False, "b", "0"),
    ("day", "date", "2020-05-17", None, "43968"), ("day", "date", "1900-02-28", "inlineStr", "1900-02-28"),
    ("moment", "timestamptz", "2020-05-17 06:00+00", None, "43968.5"),
    ("texts", "text[]", ["a", "b"], "inlineStr", "a; b"),
    ("text", "text", "a & b < c > d", "inlineStr", "a & b < c > d"), ("text", "text", " x ", "inlineStr", " x "),
    ("text", "text", "50% \\ 'of'\n\tit", "inlineStr", "50% \\ 'of'\n\tit"),
    ("text", "text", "=1+1", "inlineStr", "=1+1"), ("text", "text", "bell\x07\r", "inlineStr", "bell_x0007__x000D_"),
    ("text", "text", "_x0041_", "inlineStr", "_x005F_x0041_"), ("text", "text", "\ufffe", "inlineStr", "_xFFFE_"),
    ("text", "text", "x" * 40_000, "inlineStr", "x" * 32_766 + "…"),
])  # fmt: skip
def test_a_cell_is_what_the_value_is(
    db: None, type: CellType, cast: str, value: object, kind: str | None, said: str
) -> None:
    found = cell(value, type, cast)
    assert found.get("t") == kind
    assert "".join(found.itertext()) == said
    assert (found.get("s") == "3") == (kind is None and type in ("day", "moment"))


def test_nothing_is_an_empty_cell(db: None) -> None:
    assert cell(None, "text", "text").attrib == {}
    assert list(cell(None, "moment", "timestamptz")) == []


def test_others_read_what_was_written(cast: Cast, tmp_path: Path) -> None:
    evil = "</t></is></c><c><f>1+1</f></c> _x0041_ & 100%"
    make(cast, evil, worth="12.50", size=7, planted="2020-05-17", is_open=False)
    make(cast, "Second", email="b@example.com")
    by = replace(cast.ada, timezone="Asia/Almaty")
    columns = ["name", "email", "worth", "size", "is_open", "planted", "created_at"]
    write_xlsx(plan_of(GARDEN, by=by, columns=columns, sort="id"), tmp_path / "x", Progress())
    _heading, first, second = CalamineWorkbook.from_path(tmp_path / "x").get_sheet_by_index(0).to_python()
    assert str(first[0]).replace("_x005F_", "_") == evil
    assert first[1:6] == ["", 12.5, 7, False, date(2020, 5, 17)]
    assert isinstance(first[6], datetime)
    assert second[0:3] == ["Second", "b@example.com", ""]
    with zipfile.ZipFile(tmp_path / "x") as book:
        assert book.testzip() is None
        assert len(set(book.namelist())) == len(book.namelist())
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))  # noqa: S314 - ours


def test_sheets_that_are_full_go_on_and_none_is_empty(cast: Cast, tmp_path: Path) -> None:
    for number in range(6):
        make(cast, f"{number}")
    for most, sizes in ((3, [3, 3, 3]), (4, [4, 4]), (7, [7]), (8, [7])):
        write_xlsx(
            plan_of(GARDEN, by=cast.ada, columns=["name"], sort="id"), tmp_path / "x", Progress(), most_rows=most
        )
        book = CalamineWorkbook.from_path(tmp_path / "x")
        sheets = [book.get_sheet_by_index(each).to_python() for each in range(len(book.sheet_names))]
        assert [len(sheet) for sheet in sheets] == sizes
        assert [row[0] for sheet in sheets for row in sheet[1:]] == ["0", "1", "2", "3", "4", "5"]


def test_it_stops_when_asked(cast: Cast, tmp_path: Path) -> None:
    make(cast, "One")
    with pytest.raises(Stopped):
        write_xlsx(plan_of(GARDEN, by=cast.ada, columns=["name"]), tmp_path / "x", Progress(is_stopped=True))
