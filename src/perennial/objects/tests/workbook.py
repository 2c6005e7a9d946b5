"""A small XLSX file, written part by part, so that tests can make what no spreadsheet would."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy;@"/>'
    '<numFmt numFmtId="171" formatCode="[Red]#,##0.00&quot; days&quot;"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="22"/>'
    "</cellXfs>"
    "</styleSheet>"
)
DAY, OWN_DAY, AMOUNT, MOMENT = 1, 2, 3, 4


def cell(reference: str, value: object, style: int = 0) -> str:
    """A number, a text, a truth, or nothing."""
    s = f' s="{style}"' if style else ""
    match value:
        case None:
            return f'<c r="{reference}"{s}/>'
        case bool():
            return f'<c r="{reference}" t="b"{s}><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{reference}"{s}><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"{s}><is><t>{escape(str(value))}</t></is></c>'


def row(number: int, *values: object) -> str:
    return f'<row r="{number}">' + "".join(
        each if isinstance(each, str) and each.startswith("<c ") else cell(f"{chr(65 + place)}{number}", each)
        for place, each in enumerate(values)
    ) + "</row>"  # fmt: skip


def sheet(*rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:H99"/><sheetData>{"".join(rows)}</sheetData></worksheet>'


def workbook(path: Path, sheets: dict[str, str], *, shared: str = "", settings: str = "") -> Path:
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">{settings}<sheets>{names}</sheets></workbook>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}'
            "</Relationships>",
        )
        file.writestr("xl/styles.xml", STYLES)
        if shared:
            file.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        for number, text in enumerate(sheets.values(), 1):
            file.writestr(f"xl/worksheets/sheet{number}.xml", text)
    return path
