from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from perennial.lake.duplicates.aligning import aligned
from perennial.lake.duplicates.matching import Found, Pair, find_pairs
from perennial.lake.engine import new_engine
from perennial.objects.importing.reading import rows_of
from perennial.objects.importing.sniffing import sniff

app = typer.Typer(add_completion=False)
MEMORY = "2GB"
HEADINGS = ("id_1", "id_2", "confidence", "row_1", "row_2", "why")
_CHUNK = 50_000


@app.command("duplicates")
def duplicates(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (also compressed) or Parquet.")],
    second: Annotated[Path | None, typer.Argument(
        exists=True, dir_okay=False, help="Another file: find the records of the first in it.")] = None,
    out: Annotated[Path, typer.Option(help="Write the pairs into this CSV file.")] = Path("pairs.csv"),
    threshold: Annotated[float, typer.Option(min=0, max=1, help="Leave out pairs that are less likely.")] = 0.5,
    ignore: Annotated[list[str] | None, typer.Option(help="A column that says nothing about who it is.")] = None,
    id: Annotated[str, typer.Option(help="The column by which the rows are named; guessed if not given.")] = "",
) -> None:  # fmt: skip
    """Find records that are the same, in one file or between two. The columns are guessed, nothing is learnt by heart.

    A pair is a line: id_1 and id_2 (the row numbers where there is no column of ids), confidence, row_1 and row_2
    (counted from 1, without the headings), and why.
    """
    started = time.monotonic()
    files = [file] if second is None else [file, second]
    tables, numbers = zip(*(read(each) for each in files), strict=True)
    if second is not None:
        tables = (tables[0], aligned(tables[0], tables[1]))
    unknown = [name for name in (*(ignore or ()), *([id] if id else ())) if name not in tables[0].column_names]
    if unknown:
        raise typer.BadParameter(f"There is no column {unknown[0]}. There are {', '.join(tables[0].column_names)}.")
    with tempfile.TemporaryDirectory(prefix="perennial-duplicates-") as folder, new_engine(MEMORY) as engine:
        engine.execute(f"SET temp_directory = '{folder}'")
        found = find_pairs(engine, tables, threshold=threshold, ignored=[*(ignore or ()), *([id] if id else ())])
    write(out, found, tables, numbers, id or _id_column(found, ignore or ()))
    rows = " and ".join(f"{each.num_rows:,}" for each in tables)
    print(f"{rows} rows: {len(found.pairs):,} pairs in {time.monotonic() - started:.1f} s. They are in {out}.")


def read(path: Path) -> tuple[pa.Table, list[int]]:
    """The rows as text, and their numbers in the file. Headings that stand twice are numbered."""
    shape = sniff(path)
    names: list[str] = []
    for heading in shape.headings:
        names.append(heading if heading not in names else f"{heading} ({len(names) + 1})")
    schema = pa.schema([(name, pa.string()) for name in names])
    numbers: list[int] = []
    parts = []
    with rows_of(path, shape) as rows:
        while chunk := list(islice(rows, _CHUNK)):
            numbers += [row.number for row in chunk]
            columns = zip(*((*row.cells[: len(names)], *[None] * (len(names) - len(row.cells))) for row in chunk),
                          strict=True)  # fmt: skip
            parts.append(pa.table([pa.array(column, pa.string()) for column in columns], schema=schema))
    return (pa.concat_tables(parts) if parts else schema.empty_table()), numbers


def write(out: Path, found: Found, tables: Sequence[pa.Table], numbers: Sequence[list[int]], name: str) -> None:
    ids = [each.column(name).to_pylist() if name in each.column_names else rows
           for each, rows in zip(tables, numbers, strict=True)]  # fmt: skip
    with out.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEADINGS)
        for pair in found.pairs:
            lines.writerow((ids[0][pair.one], ids[-1][pair.other], f"{pair.confidence:.4f}", numbers[0][pair.one],
                            numbers[-1][pair.other], why(pair)))  # fmt: skip


def why(pair: Pair) -> str:
    parts = []
    for is_same, word in ((True, "same"), (False, "alike")):
        names = [reason.column for reason in pair.reasons if reason.is_same == is_same]
        parts += [f"{word} {', '.join(names)}"] if names else []
    return "; ".join(parts)


def _id_column(found: Found, ignored: Sequence[str]) -> str:
    return next((each.name for each in found.columns if each.kind == "id" and each.name not in ignored), "")
