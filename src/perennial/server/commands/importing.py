from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from perennial.foundation import clock
from perennial.foundation.errors import Invalid, Refused
from perennial.objects.importing.mapping_files import apply_mapping, mapping_of
from perennial.objects.importing.registry import all_kinds, kind_named
from perennial.objects.importing.skipped import reasons, skipped_csv
from perennial.objects.importing.uploads import cancel, set_up, start, start_trial, take_path
from perennial.objects.importing.working import work
from perennial.objects.models import Import
from perennial.server.commands.progress import Report, progress_bar
from perennial.workspace.actor import SYSTEM

app = typer.Typer(add_completion=False)
LOOK_EVERY = 0.5
_COUNTS = ("created", "updated", "unchanged", "skipped")


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV (also .gz), XLSX, JSON Lines, vCard or Parquet.")
    ],
    kind: Annotated[str, typer.Option(help="What the rows are, such as customers.company.")] = "",
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A mapping file: see --write-mapping.")
    ] = None,
    write_mapping: Annotated[Path | None, typer.Option(help="Write how the file would be read, and end.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="field=Heading, where the guess is wrong.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="key=value, how to read it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try all of it, and write nothing.")] = False,
    skipped: Annotated[Path | None, typer.Option(help="Write the rows that were skipped into this file.")] = None,
    json_report: Annotated[Path | None, typer.Option("--json", help="Write what came of it into this file.")] = None,
) -> None:
    """Import a file as the import page would; ends when it is done."""
    told = read_mapping(mapping)
    importing = taken(file, kind or told.get("kind", ""))
    if write_mapping is not None:
        write_json(write_mapping, mapping_of(importing))
        cancel(importing)
        print(f"Written to {write_mapping}. Correct it, and import with --mapping {write_mapping}.")
        return
    importing = prepared(importing, told, columns=pairs(column), options=pairs(option))
    (start_trial if dry_run else start)(importing, by=SYSTEM)
    with progress_bar(f"{'Trying' if dry_run else 'Importing'} {file.name}") as report:
        carry_out(importing, report)
    came = outcome_of(importing, is_trial=dry_run)
    tell(came)
    if json_report is not None:
        write_json(json_report, came)
    if skipped is not None and came["skipped"]:
        skipped.write_bytes(b"".join(skipped_csv(importing)))
        print(f"They are in {skipped}, each with its reason.")
    if dry_run:
        cancel(importing)
    if came["status"] != "done":
        raise typer.Exit(1)


def write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_mapping(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise typer.BadParameter(f"{path} is no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{path} holds no mapping.")
    return found


def taken(file: Path, kind: str) -> Import:
    if kind not in {each.key for each in all_kinds()}:
        raise typer.BadParameter(
            f"Say with --kind what it is. There are {', '.join(sorted(each.key for each in all_kinds()))}."
        )
    try:
        return take_path(kind, file, by=SYSTEM)
    except Refused as error:
        raise typer.BadParameter(str(error)) from None


def prepared(importing: Import, told: dict[str, Any], *, columns: dict[str, str], options: dict[str, str]) -> Import:
    """Set up as the mapping file says, then as the command line does."""
    try:
        if told:
            apply_mapping(importing, told, by=SYSTEM)
    except Invalid as error:
        raise typer.BadParameter("; ".join(f"{key}: {text}" for key, text in error.fields.items())) from None
    except Refused as error:
        raise typer.BadParameter(str(error)) from None
    headings: list[str] = importing.shape["headings"]
    unknown = [heading for heading in columns.values() if heading not in headings]
    if unknown:
        raise typer.BadParameter(f"There is no column {unknown[0]}. There are {', '.join(headings)}.")
    mapping = importing.mapping | {field: headings.index(heading) for field, heading in columns.items()}
    missing = [
        each.key for each in kind_named(importing.kind).fields if each.required and mapping.get(each.key) is None
    ]
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


def outcome_of(importing: Import, *, is_trial: bool) -> dict[str, Any]:
    """What came of it, as the report says it."""
    found = importing.trial if is_trial else {key: getattr(importing, key) for key in (*_COUNTS, "remarks")}
    ended = importing.finished_at or clock.real_now()
    seconds = (ended - importing.started_at).total_seconds() if importing.started_at else 0.0
    error = found.get("error", "") if is_trial else importing.error
    rows = importing.rows if is_trial else importing.position
    return {
        "file": importing.name, "kind": importing.kind, "dry_run": is_trial,
        "status": ("failed" if error else "done") if is_trial else importing.status, "error": error,
        "rows": rows or 0, **{key: found.get(key, 0) for key in _COUNTS}, "seconds": round(seconds, 2),
        "remarks": found.get("remarks", {}),
        "reasons": [{"code": each.code, "sentence": each.sentence, "rows": each.rows} for each in reasons(importing)],
    }  # fmt: skip


def tell(came: dict[str, Any]) -> None:
    would = "would be " if came["dry_run"] else ""
    print(
        f"{came['file']}: {came['rows']:,} rows in {came['seconds']:.1f} s. {came['created']:,} {would}created, "
        f"{came['updated']:,} {would}updated, {came['unchanged']:,} unchanged, {came['skipped']:,} {would}skipped."
    )
    for sentence, count in came["remarks"].items():
        print(f"  {count:>9,}  {sentence}")
    if came["reasons"]:
        print("Skipped:")
    for reason in came["reasons"]:
        print(f"  {reason['rows']:>9,}  {reason['sentence']}")
    if came["error"]:
        print(came["error"])


def pairs(given: list[str] | None) -> dict[str, str]:
    found = dict(each.partition("=")[::2] for each in given or [])
    if not all(found):
        raise typer.BadParameter("Write key=value.")
    return found
