"""The rows of a file as text, in order, from any position."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow
import pyarrow.compute
import pyarrow.parquet
from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.sniffing import LONGEST_CELL, LONGEST_ROW, Shape, Unreadable, open_bytes

_PARQUET_BATCH = 10_000


class FileRow(NamedTuple):
    """`number` counts from 1, without the headings and with empty rows, so that people find it in their file."""

    number: int
    cells: list[str | None]


@contextmanager
def rows_of(path: Path, shape: Shape, *, after: int = 0) -> Iterator[Generator[FileRow, None, None]]:
    """The rows behind number `after`. Empty rows are left out. Raises `Unreadable` where the file breaks off."""
    source = _parquet_rows(path, after) if shape.format == "parquet" else _csv_rows(path, shape, after)
    with closing(source):
        yield source


def _csv_rows(path: Path, shape: Shape, after: int) -> Generator[FileRow, None, None]:
    csv.field_size_limit(LONGEST_CELL)
    number = -1  # the headings
    with (
        open_bytes(path, is_packed=shape.is_packed) as raw,
        io.TextIOWrapper(raw, encoding=shape.encoding, errors="replace", newline="") as text,
    ):
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=shape.delimiter)
        try:
            for cells in reader:
                lines.left = LONGEST_ROW
                if number < 0:
                    if any(cell.strip() for cell in cells):
                        number = 0
                    continue
                number += 1
                if number > after and (whole := "".join(cells)):
                    yield FileRow(number, list(map(plain, cells)) if "'" in whole else [cell or None for cell in cells])
        except csv.Error:
            raise Unreadable(
                _("The file cannot be read behind row %(row)d: a quotation mark may not be closed.")
                % {"row": max(number, 0)}
            ) from None
        except (OSError, EOFError, zlib.error):
            raise Unreadable(
                _("The compressed file is damaged behind row %(row)d.") % {"row": max(number, 0)}
            ) from None


class _Lines:
    """The lines of a file, as long as they and the row that they make are of a size that can be held."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.left = LONGEST_ROW

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise csv.Error
        if not line:
            raise StopIteration
        return line


def plain(cell: str) -> str | None:
    """A cell as it was meant: None when empty, and without the apostrophe that exports put before formulas."""
    if not cell:
        return None
    if cell[0] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r"):
        return cell[1:]
    return cell


def _parquet_rows(path: Path, after: int) -> Generator[FileRow, None, None]:
    number = 0
    try:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=_PARQUET_BATCH):
            if number + batch.num_rows <= after:
                number += batch.num_rows
                continue
            columns = [_texts(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                if number > after and any(cells):
                    yield FileRow(number, list(cells))
    except (pyarrow.ArrowException, OSError):
        raise Unreadable(_("This Parquet file is damaged behind row %(row)d.") % {"row": number}) from None


def _texts(column: pyarrow.Array) -> list[str | None]:
    """A column as text; numbers that are whole without their ".0", for they are often ids."""
    compute = pyarrow.compute
    if pyarrow.types.is_floating(column.type):
        whole = compute.all(compute.equal(compute.trunc(column), column), skip_nulls=True).as_py()
        smallish = compute.max(compute.abs(column)).as_py()
        if whole and smallish is not None and smallish < 2**53:
            column = column.cast(pyarrow.int64())
    if pyarrow.types.is_nested(column.type) or pyarrow.types.is_binary(column.type):
        return [None if value is None else str(value) for value in column.to_pylist()]
    texts: list[str | None] = column.cast(pyarrow.string()).to_pylist()
    return texts
