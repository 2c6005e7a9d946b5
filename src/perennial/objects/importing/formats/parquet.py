"""Parquet: columns with their types. A crafted file claims little and unpacks to everything, so that a file is read
once to its end in a process of its own, which may not grow, before anybody else touches it (`trial`)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from perennial.foundation.libraries import on_demand
from perennial.objects.importing.formats.headings import named
from perennial.objects.importing.formats.shape import LARGEST_UNPACKED, LONGEST_CELL, FileRow, Shape, Unreadable, Wishes

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.compute
    import pyarrow.parquet
else:
    pyarrow = on_demand("pyarrow", "pyarrow.compute", "pyarrow.parquet")

TRIAL = Path(__file__).with_name("trial.py")
BATCH = 5_000  # these are those of the trial, which loads what this process had better not
DAMAGED, LONG_CELL = 3, 5
_PATIENCE = 120  # seconds
_DAMAGED = _("This Parquet file is damaged.")
_TOO_MUCH = _("This file is too large when it is unpacked. Split it and import the parts.")


def look(path: Path, wishes: Wishes) -> Shape:
    _try(path)
    try:
        file = pyarrow.parquet.ParquetFile(path)
        headings, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
        unpacked = sum(file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups))
    except (pyarrow.ArrowException, OSError):
        raise Unreadable(_DAMAGED) from None
    if unpacked > LARGEST_UNPACKED:
        raise Unreadable(_TOO_MUCH)
    return Shape("parquet", named(headings), rows=rows)


def rows(path: Path, shape: Shape) -> Generator[FileRow, None, None]:
    number = 0
    try:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=BATCH):
            columns = [_texts(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                if any(cells):
                    yield FileRow(number, list(cells))
    except (pyarrow.ArrowException, OSError):
        raise Unreadable(_("This Parquet file is damaged behind row %(row)d.") % {"row": number}) from None


def _try(path: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(TRIAL), str(path)], capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(_TOO_MUCH) from None
    if done.returncode == DAMAGED:
        raise Unreadable(_DAMAGED)
    if done.returncode == LONG_CELL:
        raise Unreadable(_("A cell of this file holds more than %(most)d characters.") % {"most": LONGEST_CELL})
    if done.returncode != 0:  # out of memory, or crashed
        raise Unreadable(_TOO_MUCH)


def _texts(column: pyarrow.Array) -> list[str | None]:
    """A column as text; numbers that are whole without their ".0", for they are often ids."""
    compute = pyarrow.compute
    if pyarrow.types.is_dictionary(column.type):
        known = _texts(column.dictionary)
        return [None if place is None else known[place] for place in column.indices.to_pylist()]
    if pyarrow.types.is_floating(column.type):
        whole = compute.all(compute.equal(compute.trunc(column), column), skip_nulls=True).as_py()
        smallish = compute.max(compute.abs(column)).as_py()
        if whole and smallish is not None and smallish < 2**53:
            column = column.cast(pyarrow.int64())
    if pyarrow.types.is_nested(column.type) or pyarrow.types.is_binary(column.type):
        return [None if value is None else str(value) for value in column.to_pylist()]
    texts: list[str | None] = column.cast(pyarrow.string()).to_pylist()
    return texts
