"""The rows of a file as text, in order, from any position."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from perennial.objects.importing.formats import delimited, json_lines, parquet, vcards, workbooks
from perennial.objects.importing.formats.shape import FileRow, Shape

_READERS = {
    "csv": delimited.rows, "xlsx": workbooks.rows, "jsonl": json_lines.rows, "vcard": vcards.rows,
    "parquet": parquet.rows,
}  # fmt: skip


@contextmanager
def rows_of(path: Path, shape: Shape, *, after: int = 0) -> Iterator[Generator[FileRow, None, None]]:
    """The rows behind number `after`. Empty rows are left out. Raises `Unreadable` where the file breaks off."""
    source = _behind(_READERS[shape.format](path, shape), after)
    with closing(source):
        yield source


def count_rows(path: Path, shape: Shape) -> int:
    """Read a file to its end, as quickly as that goes. Raises `Unreadable` where it breaks off."""
    if shape.format == "csv":
        return delimited.count(path, shape)
    with closing(_READERS[shape.format](path, shape)) as rows:
        return sum(1 for _row in rows)


def _behind(rows: Generator[FileRow, None, None], after: int) -> Generator[FileRow, None, None]:
    with closing(rows):
        for row in rows:
            if row.number > after:
                yield row
