"""CSV and its relatives: any delimiter and encoding, compressed or not, quoted as the programs do."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.formats.encodings import HEAD, KNOWN, codec_of, guess
from perennial.objects.importing.formats.headings import headings_of
from perennial.objects.importing.formats.shape import (
    LONGEST_CELL,
    LONGEST_ROW,
    FileRow,
    Shape,
    Unpacking,
    Unreadable,
    Wishes,
)

DELIMITERS = ",;\t|"
_ROWS_LOOKED_AT = 200
_TEXT = 50  # one stray zero among so many letters is a mishap; more of them are no text
_BROKEN = (OSError, EOFError, zlib.error)
_DAMAGED = _("The compressed file is damaged. Make it anew and try again.")


def look(path: Path, wishes: Wishes, *, is_packed: bool) -> Shape:
    try:
        with open_bytes(path, is_packed=is_packed) as raw:
            letters = guess(raw, packed=path.stat().st_size if is_packed else 0)
        with open_bytes(path, is_packed=is_packed) as raw:
            head = raw.read(HEAD)
    except _BROKEN:
        raise Unreadable(_DAMAGED) from None
    encoding = wishes.encoding if wishes.encoding in KNOWN else letters.encoding
    codec, errors = codec_of(encoding)
    text = codecs.getincrementaldecoder(codec)(errors).decode(head)
    if text.count("\x00") * _TEXT > len(text):
        raise Unreadable
    wished = wishes.delimiter
    delimiter = wished if wished is not None and len(wished) == 1 and wished in DELIMITERS else _delimiter(text)
    top, headings = headings_of(_rows(text, delimiter), wishes.top)
    return Shape("csv", headings, encoding, delimiter, is_packed, rows=max(letters.lines - 1 - top, 0), top=top)


def rows(path: Path, shape: Shape) -> Generator[FileRow, None, None]:
    """Every row behind the headings. Empty ones are counted, and left out."""
    with _opened(path, shape) as lines:
        for cells in csv.reader(lines, delimiter=shape.delimiter):
            lines.left = LONGEST_ROW
            lines.row += 1
            if lines.row > 0 and (whole := "".join(cells)):
                plainly = list(map(plain, cells)) if "'" in whole else [cell or None for cell in cells]
                yield FileRow(lines.row, plainly)


def count(path: Path, shape: Shape) -> int:
    """How many rows there are, without looking into them. Raises where the file breaks off, as reading it does."""
    found = 0
    with _opened(path, shape) as lines:
        for cells in csv.reader(lines, delimiter=shape.delimiter):
            lines.left = LONGEST_ROW
            lines.row += 1
            if cells and lines.row > 0:
                found += 1
    return found


@contextmanager
def _opened(path: Path, shape: Shape) -> Iterator[_Lines]:
    csv.field_size_limit(LONGEST_CELL)
    codec, errors = codec_of(shape.encoding)
    with (
        open_bytes(path, is_packed=shape.is_packed) as raw,
        io.TextIOWrapper(raw, encoding=codec, errors=errors, newline="") as text,
    ):
        lines = _Lines(text, path.stat().st_size if shape.is_packed else 0, before=shape.top + 1)
        try:
            yield lines
        except csv.Error:
            raise Unreadable(
                _(
                    "The file cannot be read behind row %(row)d: a quotation mark may not be closed, or a cell holds"
                    " more than %(most)d characters."
                )
                % {"row": max(lines.row, 0), "most": LONGEST_CELL}
            ) from None
        except _BROKEN:
            raise Unreadable(
                _("The compressed file is damaged behind row %(row)d.") % {"row": max(lines.row, 0)}
            ) from None


def open_bytes(path: Path, *, is_packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if is_packed else path.open("rb")


def plain(cell: str) -> str | None:
    """A cell as it was meant: None when empty, and without the apostrophe that exports put before formulas."""
    if not cell:
        return None
    if cell[0] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r"):
        return cell[1:]
    return cell


class _Lines:
    """The lines of a file, as long as they and the row that they make are of a size that can be held."""

    def __init__(self, text: io.TextIOWrapper, packed: int, *, before: int) -> None:
        self.text = text
        self.row = -before  # that of the headings is 0
        self.left = LONGEST_ROW
        self.unpacking = Unpacking(packed) if packed else None

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise csv.Error
        if not line:
            raise StopIteration
        if self.unpacking is not None:
            self.unpacking.take(len(line))
        return line


def _delimiter(text: str) -> str:
    """The one by which most rows have the same number of cells, and more than one."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = Counter(len(row) for row in _rows(text, delimiter) if row)
        if not counts:
            continue
        width, rows = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
        score = (rows / counts.total(), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(text: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            found.append(row)
            if len(found) >= _ROWS_LOOKED_AT:
                return found
    except csv.Error:
        return found
    return found[:-1] if len(found) > 1 and len(text) >= HEAD // 4 else found  # the last may be cut off
