"""What each kind of file says comes out as it was meant; what is guessed can be said otherwise."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest

from perennial.objects.importing.formats.shape import NO_HEADINGS, FileRow
from perennial.objects.importing.formats.workbooks import UNCALCULATED
from perennial.objects.importing.reading import rows_of
from perennial.objects.importing.sniffing import Shape, Wishes, sniff
from perennial.objects.tests.workbook import AMOUNT, DAY, MOMENT, OWN_DAY, cell, row, sheet, workbook

CARDS = Path(__file__).resolve().parents[5] / "shared" / "data" / "contacts_vcf" / "vcf.tar.gz"


def read(path: Path, **wishes: object) -> tuple[Shape, list[list[str | None]]]:
    shape = sniff(path, Wishes(**wishes))  # type: ignore[arg-type]
    with rows_of(path, shape) as rows:
        return shape, [each.cells for each in rows]


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_workbook_with_a_title_dates_and_mixed_types(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x", {"Notes": sheet(), "People": sheet(
        row(1, "Our customers, as of spring"),
        row(3, "Name", "Since", "Number", "Paid", "Active", "Seen"),
        row(4, "Cleo", cell("B4", 45000, DAY), 12.0, cell("D4", 0.1 + 0.2, AMOUNT), True, cell("F4", 45000.5, MOMENT)),
        row(6, '<c r="A6" t="s"><v>0</v></c>', cell("B6", 59, OWN_DAY), "0012", 1e-7, False, cell("F6", 0.75, MOMENT)),
        '<row r="7"><c t="e"><v>#REF!</v></c><c t="str"><f>A1</f><v>from a formula</v></c>'
        '<c r="D7"><v>1.5E+11</v></c></row>',
    )}, shared="<si><r><t>Ri</t></r><r><t>ch_x000A_text</t></r><rPh><t>spoken</t></rPh></si>")  # fmt: skip
    shape, rows = read(path)
    assert (shape.sheet, shape.sheets, shape.top) == ("People", ("Notes", "People"), 2)
    assert shape.headings == ("Name", "Since", "Number", "Paid", "Active", "Seen")
    assert rows == [
        ["Cleo", "2023-03-15", "12", "0.3", "true", "2023-03-15 12:00:00"],
        ["Rich\ntext", "1900-02-28", "0012", "0.0000001", "false", "18:00:00"],
        [None, "from a formula", None, "150000000000"],
    ]


def test_a_sheet_and_the_row_of_its_headings_can_be_chosen(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "x",
        {
            "A": sheet(row(1, "Name", "Town"), row(2, "Ada", "Almaty")),
            "B": sheet(row(1, "x", "y"), row(2, "Ben", "Bihać")),
        },
    )
    assert read(path)[1] == [["Ada", "Almaty"]]
    assert read(path, sheet="B")[1] == [["Ben", "Bihać"]]
    assert read(path, sheet="no such sheet")[1] == [["Ada", "Almaty"]]
    shape, rows = read(path, sheet="B", top=NO_HEADINGS)
    assert (shape.headings, rows) == (("Column 1", "Column 2"), [["x", "y"], ["Ben", "Bihać"]])


def test_dates_of_old_macintoshes_and_formulas_without_values(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "x",
        {"A": sheet(row(1, "Day", "Sum"), f'<row r="2">{cell("A2", 0, DAY)}<c r="B2"><f>1+1</f></c></row>',
                    row(3, cell("A3", 1, DAY), 3))},
        settings='<workbookPr date1904="1"/>',
    )  # fmt: skip
    shape, rows = read(path)
    assert shape.hints == (UNCALCULATED,)
    assert rows == [["00:00:00"], ["1904-01-02", "3"]]


@pytest.mark.parametrize("is_packed", [False, True])
def test_json_lines(tmp_path: Path, is_packed: bool) -> None:
    text = (
        b'{"name": "Cleo", "address": {"city": "Almaty", "geo": {"lat": 43.2}}, "tags": ["a", "b"], "id": 17.0}\n'
        b'broken {\n\n{"name": "Dov", "vip": true, "more": [{"x": 1}], "late": null}\n[1]\n'
    )
    path = written(tmp_path / "x", gzip.compress(text) if is_packed else text)
    shape = sniff(path)
    assert shape.headings == ("name", "address.city", "address.geo.lat", "tags", "id", "vip", "more", "late")
    with rows_of(path, shape) as found:
        rows: list[FileRow] = list(found)
    assert rows[0].cells == ["Cleo", "Almaty", "43.2", "a, b", "17", None, None, None]
    assert (rows[1].number, rows[1].problem) == (2, "This line is no JSON object.")
    assert rows[2].cells == ["Dov", None, None, None, None, "true", '[{"x":1}]', None]
    assert rows[3].problem


def test_a_json_array_is_read_too(tmp_path: Path) -> None:
    path = written(tmp_path / "x", '[\n {"a": 1},\n {"b": "é"}\n]')
    assert read(path)[1] == [["1", None], [None, "é"]]


def test_cards(tmp_path: Path) -> None:
    path = written(tmp_path / "x", (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ferhad;Cleo;;;\r\nFN:Cleo Ferhad\r\nEMAIL;TYPE=HOME:old@example.com\r\n"
        "EMAIL;TYPE=WORK,PREF:cleo@example.com\r\nTEL;TYPE=HOME:+44 20 7946 0000\r\nTEL;TYPE=CELL:+44 7911 123456\r\n"
        "ORG:Blue Oak\\, Ltd;Sales\r\nADR;TYPE=WORK:;;1 High St;Leeds;;LS1 1AA;United Kingdom\r\n"
        "NOTE:a long\r\n  note\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84rger;J=C3=BCrgen\r\n"
        "TEL;CELL:123\r\nEND:VCARD\r\nbetween\r\nBEGIN:VCARD\r\nthis is none\r\nEND:VCARD\r\n"
    ))  # fmt: skip
    shape = sniff(path)
    with rows_of(path, shape) as found:
        first, second, third = list(found)
    cleo = dict(zip(shape.headings, first.cells, strict=True))
    assert {key: value for key, value in cleo.items() if value} == {
        "Full name": "Cleo Ferhad", "First name": "Cleo", "Last name": "Ferhad", "Email": "cleo@example.com",
        "Email 2": "old@example.com", "Phone": "+44 7911 123456", "Phone 2": "+44 20 7946 0000",
        "Company": "Blue Oak, Ltd", "Department": "Sales", "Street": "1 High St", "City": "Leeds",
        "Postal code": "LS1 1AA", "Country": "United Kingdom", "Note": "a long note",
    }  # fmt: skip
    assert second.cells[:3] == ["Jürgen Ärger", "Jürgen", "Ärger"]
    assert third.problem


@pytest.mark.skipif(not CARDS.exists(), reason="the set of real cards is not here")
def test_real_cards_are_read(tmp_path: Path) -> None:
    names = 0
    with tarfile.open(CARDS) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is None or not member.name.endswith(".vcf"):
                continue
            path = written(tmp_path / "card.vcf", content.read())
            shape = sniff(path)
            with rows_of(path, shape) as rows:
                names += sum(bool(each.cells[0]) for each in rows if not each.problem)
    assert names >= 14


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("name,town\nŠaćir,Bihać\nŽeljko,Čapljina\n", "cp1250"), ("name,town\nJosé,Málaga\nZoë,Gèneve\n", "cp1252"),
     ("name,town\nАйгерим,Алматы\n", "cp1251"), ("name,town\nÜlo,Pärnu\n", "utf-8")],
)  # fmt: skip
def test_letters_are_guessed_and_can_be_said(text: str, encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path / "x", text.encode(encoding))
    shape, rows = read(path)
    assert shape.encoding == encoding
    assert rows[0] == text.splitlines()[1].split(",")
    assert read(path, encoding="latin-1")[0].encoding == "latin-1"
    assert read(path, encoding="no such thing")[0].encoding == encoding


def test_a_file_of_two_encodings_keeps_the_letters_of_both(tmp_path: Path) -> None:
    new = "Çınar,İzmir\nŁódź,Жалал\nÄrger,Köln\n" * 4
    path = written(tmp_path / "x", b"name,town\n" + new.encode() + "Müller,Zürich\n".encode("cp1252"))
    _shape, rows = read(path)
    assert (rows[0], rows[-1]) == (["Çınar", "İzmir"], ["Müller", "Zürich"])


def test_headings_below_a_title_and_a_delimiter_that_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "x", "Report of the year\n\n;;\nName;Sum, net;Day\nCleo;1,5;2026-01-01\n\nDov;2,5;x;y\n")
    shape, rows = read(path)
    assert (shape.headings, shape.top, shape.delimiter) == (("Name", "Sum, net", "Day"), 3, ";")
    assert rows == [["Cleo", "1,5", "2026-01-01"], ["Dov", "2,5", "x", "y"]]
    assert read(path, delimiter=",", top=3)[0].headings == ("Name;Sum", "net;Day")
