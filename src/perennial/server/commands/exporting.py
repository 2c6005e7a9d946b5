from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from perennial.objects import query
from perennial.objects.everything.writing import rows_expected, write_everything
from perennial.objects.exporting import Plan, plan_of
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.plan import begin_run, end_run
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.working import begin_everything, write_file
from perennial.objects.schema import condition_of
from perennial.objects.types import ObjectType, object_types, type_by_path
from perennial.server.commands.progress import Report, progress_bar
from perennial.workspace.actor import SYSTEM

app = typer.Typer(add_completion=False)
LOOK_EVERY = 0.2
EVERYTHING = "everything"


@app.command("export")
def export_records(
    kind: Annotated[str, typer.Argument(help="What: customers.person, or people, as in the addresses of the API.")],
    file: Annotated[
        Path | None, typer.Argument(help="Where to; nothing or - is the standard output, for CSV and JSON Lines.")
    ] = None,
    format: Annotated[str, typer.Option(help="csv, xlsx, jsonl or parquet; else by the name of the file.")] = "",
    where: Annotated[str, typer.Option(help="A condition: 'country = \"KZ\" and worth > 100'.")] = "",
    columns: Annotated[str, typer.Option(help="Fields by key, with commas between; all when not said.")] = "",
    sort: Annotated[str, typer.Option(help="'-worth,name'; by number when not said.")] = "",
    search: Annotated[str, typer.Option(help="A text that records are found by.")] = "",
    keys: Annotated[bool, typer.Option("--keys", help="Call columns by their keys.")] = False,
) -> None:
    """Write records into a file, as the export of a list would; `everything FILE.zip` writes the whole deployment."""
    if kind == EVERYTHING:
        _fill_everything(file)
        return
    found = _kind(kind)
    name = format or (file.suffix.lstrip(".") if file is not None else "csv")
    if name not in FORMATS:
        raise typer.BadParameter(f"There are {', '.join(FORMATS)}.")
    plan = plan_of(
        found, by=SYSTEM, where=condition_of(found, where, by=SYSTEM), sort=sort or None, search=search,
        columns=[key.strip() for key in columns.split(",")] if columns else None, headings="keys" if keys else "labels",
    )  # fmt: skip
    if file is None or str(file) == "-":
        _pipe(plan, name)
    else:
        _fill(plan, name, file)


def _kind(name: str) -> ObjectType:
    found = object_types.get(name) or type_by_path(name)
    if found is None:
        raise typer.BadParameter(f"There are {', '.join(sorted(object_types))}.")
    return found


def _pipe(plan: Plan, name: str) -> None:
    blocks = FORMATS[name].blocks
    if blocks is None:
        raise typer.BadParameter(f"{FORMATS[name].label} needs a file to be written to.")
    for block in blocks(plan, begin_run(plan).id, Progress()):
        sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


def _fill(plan: Plan, name: str, file: Path) -> None:
    progress, started = Progress(), time.monotonic()
    total = query.estimate(plan.kind, by=plan.by, where=plan.where, search=plan.search).count
    with _shown(file.name, progress, total):
        write_file(plan, file.absolute(), format=name, run_id=begin_run(plan).id, progress=progress)
    seconds = max(time.monotonic() - started, 0.001)
    print(f"{file}: {progress.rows:,} rows in {seconds:.1f} s, {progress.rows / seconds:,.0f} a second.")


def _fill_everything(file: Path | None) -> None:
    if file is None or file.exists():
        raise typer.BadParameter("Name a file that is not there yet, such as firm.zip.")
    progress, started = Progress(), time.monotonic()
    draft = file.absolute().with_name(f".{file.name}.draft")
    draft.touch(mode=0o600)
    try:
        with _shown(file.name, progress, rows_expected()):
            manifest = write_everything(draft, progress)
        draft.replace(file)
        end_run(begin_everything(SYSTEM).id, progress.rows)
    finally:
        draft.unlink(missing_ok=True)
    rows, size = sum(part.rows for part in manifest.tables.values()), file.stat().st_size / 1_000_000
    seconds = time.monotonic() - started
    print(f"{file}: {rows:,} rows of {len(manifest.tables)} tables, {size:,.1f} MB, in {seconds:.1f} s.")


@contextmanager
def _shown(what: str, progress: Progress, total: int) -> Iterator[None]:
    """A bar that moves while the block works."""
    done = threading.Event()
    with progress_bar(what) as report:
        watcher = threading.Thread(target=_watch, args=(progress, total, done, report), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def _watch(progress: Progress, total: int, done: threading.Event, report: Report) -> None:
    while not done.wait(LOOK_EVERY):
        report(progress.rows, max(total, progress.rows))
