"""The formats of files: what they are called, and what writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from perennial.objects.exporting import csv_file, json_lines
from perennial.objects.exporting.parquet import write_parquet
from perennial.objects.exporting.plan import Plan
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.xlsx import write_xlsx

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FileWriter = Callable[[Plan, Path, Progress], None]
Blocks = Callable[[Plan, int, Progress], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """`blocks` answers the file in parts, where it can be streamed; `write` fills one where it cannot."""

    key: str
    label: str
    suffix: str
    media_type: str
    blocks: Blocks | None = None
    write: FileWriter | None = None


FORMATS = {
    each.key: each
    for each in (
        Format("csv", "CSV", ".csv", "text/csv; charset=utf-8", csv_file.blocks),
        Format("xlsx", "Excel (XLSX)", ".xlsx", _SHEET, write=write_xlsx),
        Format("jsonl", "JSON Lines", ".jsonl", "application/x-ndjson", json_lines.blocks),
        Format("parquet", "Parquet", ".parquet", "application/vnd.apache.parquet", write=write_parquet),
    )
}
