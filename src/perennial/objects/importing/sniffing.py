"""What a file is: CSV of any delimiter and encoding, compressed or not, or Parquet. What cannot be read is refused."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import pyarrow
import pyarrow.parquet
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused
from perennial.objects.fields import Label

LARGEST_FILE = 2 * 1024**3  # bytes, as uploaded
LARGEST_UNPACKED = 16 * 1024**3
MOST_COLUMNS = 500
LONGEST_CELL = 200_000  # characters; longer ones come from a quotation mark that is never closed
LONGEST_ROW = 4_000_000  # characters; a file that unpacks to one endless row would fill the memory
_HEAD = 256 * 1024
_DELIMITERS = ",;\t|"
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ROWS_LOOKED_AT = 200


class Unreadable(Refused):
    """The file cannot be read. The sentence says why, and what to do."""

    code = "unreadable"
    sentence = _("This file cannot be read. Save it as CSV and try again.")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is read. The `rows` of a CSV file are its lines, which may be a few more than its rows."""

    format: Literal["csv", "parquet"]
    headings: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    is_packed: bool = False
    rows: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shape:
        return cls(**{**data, "headings": tuple(data["headings"])})


def sniff(path: Path) -> Shape:
    """Look at the beginning, and at the encoding to the end. Raises `Unreadable`."""
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise Unreadable(_("This file is empty."))
    if start == _PARQUET:
        return _parquet(path)
    if start[:2] == b"PK":
        raise Unreadable(_("This is a workbook or an archive. Save the sheet as CSV and import that."))
    is_packed = start.startswith(_GZIP)
    try:
        encoding, lines = _encoding(path, is_packed=is_packed)
        with open_bytes(path, is_packed=is_packed) as raw:
            head = raw.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        raise Unreadable(_("The compressed file is damaged. Make it anew and try again.")) from None
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if "\x00" in text:
        raise Unreadable
    delimiter = _delimiter(text)
    headings = _headings(text, delimiter)
    return Shape("csv", headings, encoding, delimiter, is_packed, rows=max(lines - 1, 0))


def open_bytes(path: Path, *, is_packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if is_packed else path.open("rb")


def _parquet(path: Path) -> Shape:
    try:
        file = pyarrow.parquet.ParquetFile(path)
        headings, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
        unpacked = sum(file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups))
    except (pyarrow.ArrowException, OSError):
        raise Unreadable(_("This Parquet file is damaged.")) from None
    if unpacked > LARGEST_UNPACKED:
        raise Unreadable(_("This file is too large when it is unpacked. Split it and import the parts."))
    return Shape("parquet", _named(headings), rows=rows)


def _encoding(path: Path, *, is_packed: bool) -> tuple[str, int]:
    """UTF-8 when all of it is; by its first bytes when they say; else the Cyrillic or the Western code page. And the
    number of lines, since all of it is read anyway."""
    with open_bytes(path, is_packed=is_packed) as raw:
        head = raw.read(_HEAD)
        marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
        decoder = codecs.getincrementaldecoder("utf-8")()
        foreign, read, lines, is_broken_off = bytearray(), 0, 0, False
        is_utf8 = marked is None
        while head:
            read += len(head)
            lines += head.count(b"\n")
            is_broken_off = not head.endswith(b"\n")
            if read > LARGEST_UNPACKED:
                raise Unreadable(_("This file is too large when it is unpacked. Split it and import the parts."))
            if is_utf8:
                try:
                    decoder.decode(head)
                except UnicodeDecodeError:
                    is_utf8 = False
            if len(foreign) < _HEAD and not head.isascii():
                foreign += head
            head = raw.read(1024 * 1024)
        if is_utf8:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                is_utf8 = False
    lines += bool(read and is_broken_off)
    return marked or ("utf-8" if is_utf8 else _code_page(bytes(foreign))), lines


def _code_page(sample: bytes) -> str:
    """Cyrillic words are made of high bytes throughout; in Western ones they stand alone between plain letters."""
    pairs = alone = 0
    for first, second in pairwise(sample):
        if second >= 0xC0:
            if first >= 0xC0:
                pairs += 1
            else:
                alone += 1
    if pairs > alone:
        return "cp1251"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _delimiter(text: str) -> str:
    """The one by which most rows have the same number of cells, and more than one."""
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        counts = Counter(len(row) for row in _rows(text, delimiter) if row)
        if not counts:
            continue
        width, rows = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
        score = (rows / counts.total(), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= _ROWS_LOOKED_AT:
                return rows
    except csv.Error:
        return rows
    return rows[:-1] if len(rows) > 1 and len(text) >= _HEAD // 4 else rows  # the last may be cut off


def _headings(text: str, delimiter: str) -> tuple[str, ...]:
    first = next((row for row in _rows(text, delimiter) if any(cell.strip() for cell in row)), None)
    if first is None:
        raise Unreadable(_("This file has no headings."))
    return _named(first)


def _named(headings: Sequence[str]) -> tuple[str, ...]:
    if len(headings) > MOST_COLUMNS:
        sentence: Label = _("This file has too many columns: %(most)d at most.") % {"most": MOST_COLUMNS}
        raise Unreadable(sentence)
    return tuple(
        " ".join(str(each).split())[:200] or str(_("Column %(number)d") % {"number": number})
        for number, each in enumerate(headings, start=1)
    )
