"""The text of a file, every row in order, whatever format it has: comma or semicolon, packed or not, a workbook."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foundation.libraries import on_demand
from perennial.objects.importing.reading import rows_of
from perennial.objects.importing.sniffing import Shape, Unreadable, sniff

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.csv", "pyarrow.parquet")

_PLAIN = ("utf-8", "utf-8-sig")
_CHUNK = 50_000
_BLOCK = 16 * 1024**2


def table_of(path: Path) -> pa.Table:
    """All columns as text. Raises `Unreadable`, with a sentence, before anything is made of the file."""
    if not path.is_file():
        raise Unreadable(_("There is no file %(name)s.") % {"name": path})
    shape = sniff(path)
    names = _names(shape)
    if shape.format == "csv" and shape.encoding in _PLAIN and shape.top == 0:
        try:
            return _quickly(path, shape, names)
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            pass  # a row with too many cells, a letter out of place: the patient way copes with them, or says where
    return _patiently(path, shape, names)


def _names(shape: Shape) -> list[str]:
    """Headings that stand twice are numbered."""
    names: list[str] = []
    for heading in shape.headings:
        heading = heading.strip()
        names.append(heading if heading not in names else f"{heading} ({len(names) + 1})")
    return names


def _quickly(path: Path, shape: Shape, names: list[str]) -> pa.Table:
    kinds = dict.fromkeys(names, pa.string())
    with pa.input_stream(str(path), compression="gzip" if shape.is_packed else None) as stream:
        return pa.csv.read_csv(
            stream,
            read_options=pa.csv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK),
            parse_options=pa.csv.ParseOptions(delimiter=shape.delimiter, newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True),
        )


def _patiently(path: Path, shape: Shape, names: list[str]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in names])
    parts = []
    with rows_of(path, shape) as rows:
        while chunk := list(islice(rows, _CHUNK)):
            cells = (row.cells[: len(names)] + [None] * (len(names) - len(row.cells)) for row in chunk)
            parts.append(pa.table([pa.array(each, pa.string()) for each in zip(*cells, strict=True)], schema=schema))
    return pa.concat_tables(parts) if parts else schema.empty_table()
