from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from perennial.objects.importing.registry import all_kinds, kind_named
from perennial.objects.importing.skipped import reasons, skipped_csv
from perennial.objects.importing.sniffing import Unreadable
from perennial.objects.importing.uploads import set_up, start, take_path
from perennial.objects.importing.working import work
from perennial.objects.models import Import
from perennial.server.commands.progress import Report, progress_bar
from perennial.workspace.actor import SYSTEM

app = typer.Typer(add_completion=False)
LOOK_EVERY = 0.5


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (also compressed) or Parquet.")],
    kind: Annotated[str, typer.Option(help="What the rows are, such as customers.company or commerce.order_lines.")],
    column: Annotated[list[str] | None, typer.Option(help="field=Heading, where the guess is wrong.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="key=value, how to read it.")] = None,
    skipped: Annotated[Path | None, typer.Option(help="Write the rows that were skipped into this file.")] = None,
) -> None:
    """Import a file as the import page would; ends when it is done."""
    importing = prepared(file, kind, columns=pairs(column), options=pairs(option))
    start(importing, by=SYSTEM)
    with progress_bar(f"Importing {file.name}") as report:
        carry_out(importing, report)
    tell(importing)
    if skipped is not None and importing.skipped:
        skipped.write_bytes(b"".join(skipped_csv(importing)))
        print(f"They are in {skipped}, each with its reason.")
    if importing.status != Import.Status.DONE:
        raise typer.Exit(1)


def prepared(file: Path, kind: str, *, columns: dict[str, str], options: dict[str, str]) -> Import:
    if kind not in {each.key for each in all_kinds()}:
        raise typer.BadParameter(f"There are {', '.join(sorted(each.key for each in all_kinds()))}.")
    try:
        importing = take_path(kind, file, by=SYSTEM)
    except Unreadable as error:
        raise typer.BadParameter(str(error)) from None
    headings: list[str] = importing.shape["headings"]
    unknown = [heading for heading in columns.values() if heading not in headings]
    if unknown:
        raise typer.BadParameter(f"There is no column {unknown[0]}. There are {', '.join(headings)}.")
    mapping = importing.mapping | {field: headings.index(heading) for field, heading in columns.items()}
    missing = [each.key for each in kind_named(kind).fields if each.required and mapping.get(each.key) is None]
    if missing:
        raise typer.BadParameter(f"Say which column is {missing[0]}: --column '{missing[0]}=Heading'.")
    return set_up(importing, mapping=mapping, options=importing.options | options)


def carry_out(importing: Import, report: Report) -> None:
    """Here and now, unless the worker of a running Perennial is quicker; the import itself sees to that."""
    doing = threading.Thread(target=work, args=[importing.pk], daemon=True)
    doing.start()
    importing.refresh_from_db()
    while doing.is_alive() or importing.is_at_work:
        time.sleep(LOOK_EVERY)
        importing.refresh_from_db()
        report(importing.position, importing.rows or 0)


def tell(importing: Import) -> None:
    seconds = (
        (importing.finished_at - importing.started_at).total_seconds()
        if importing.finished_at and importing.started_at
        else 0
    )
    print(
        f"{importing.name}: {importing.position:,} rows in {seconds:.1f} s. {importing.created:,} created, "
        f"{importing.updated:,} updated, {importing.unchanged:,} unchanged, {importing.skipped:,} skipped."
    )
    for sentence, count in importing.remarks.items():
        print(f"  {count:>9,}  {sentence}")
    if importing.skipped:
        print("Skipped:")
    for reason in reasons(importing):
        print(f"  {reason.rows:>9,}  {reason.sentence}")
    if importing.error:
        print(importing.error)


def pairs(given: list[str] | None) -> dict[str, str]:
    found = dict(each.partition("=")[::2] for each in given or [])
    if not all(found):
        raise typer.BadParameter("Write key=value.")
    return found
