from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from perennial.foresight.learning.report import Report
from perennial.foresight.learning.tables.asking import Question
from perennial.foresight.learning.tables.keeping import checked_name, keep, kept
from perennial.foresight.learning.tables.scoring import score_file
from perennial.foresight.learning.tables.teaching import teach
from perennial.foundation.errors import Refused
from perennial.server.environment import make_home, read_environment

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Learn from a file what is likely, and score another."
)
FOLDER = "predictions"
_FEATURES = 8


@app.command("train")
def train(
    file: Annotated[Path, typer.Argument(help="CSV (also compressed), XLSX, JSON lines or Parquet.")],
    label: Annotated[str, typer.Option(help="The column that says what came of each row.")],
    name: Annotated[str, typer.Option(help="What the model is to be called.")],
    positive: Annotated[str, typer.Option(help="Its value that means: it happened. Not for yes/no or numbers.")] = "",
    time_column: Annotated[str, typer.Option("--time", help="The column that says when a row was true.")] = "",
    report: Annotated[Path | None, typer.Option("--json", help="Write the model card into this file.")] = None,
    value: Annotated[str, typer.Option(help="A column with the money at stake in each row, for the card.")] = "",
    group: Annotated[str, typer.Option(help="A column by whose values the card is to be told apart.")] = "",
    ignore: Annotated[list[str] | None, typer.Option(help="A column not to learn from; may be repeated.")] = None,
    keep_column: Annotated[list[str] | None, typer.Option(
        "--keep", help="A column that is known beforehand, whatever it looks like; may be repeated.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same file and seed give the same model.")] = 1,
) -> None:  # fmt: skip
    """Learn from a file with a column of outcomes. No database is needed; what cannot be predicted is not published."""
    started = time.monotonic()
    checked_name(name)
    question = Question(label, positive, time_column, value, group, tuple(ignore or ()), tuple(keep_column or ()))
    taught = teach(file, question, seed=seed)
    if report is not None:
        _write(report, taught.report)
    show(taught.report)
    if taught.model is not None:
        home = read_environment().home
        make_home(home)
        place = keep(home / FOLDER, name, taught.model, taught.report)
        print(f"Published as “{name}” in {place}, after {time.monotonic() - started:.1f} s.")


@app.command("score")
def score(
    name: Annotated[str, typer.Argument(help="The model.")],
    file: Annotated[Path, typer.Argument(help="The rows to be scored; the label need not be there.")],
    out: Annotated[Path, typer.Option(help="Write one line a row, in order, into this CSV file.")] = Path("scores.csv"),
) -> None:
    """Score the rows of a file: the probability first, then the reasons and what would change it most."""
    started = time.monotonic()
    model = kept(read_environment().home / FOLDER, name)
    if not out.absolute().parent.is_dir():
        raise Refused(f"There is no folder {out.parent} to write into.")
    done = score_file(model, file, out)
    print(f"{done.rows:,} rows, {done.mean:.4f} on average, in {time.monotonic() - started:.1f} s. They are in {out}.")
    if done.explained < done.rows:
        print(f"Reasons stand beside the {done.explained:,} highest.")


def show(report: Report) -> None:
    """The card in short; `--json` has all of it."""
    console = Console(highlight=False, soft_wrap=True)
    for finding in report.findings:
        console.print(f"- {finding.sentence}", markup=False)
    for doubt in report.doubts:
        console.print(f"! {doubt}", markup=False)
    if report.figures:
        shown = ", ".join(f"{name.replace('_', ' ')} {each.value:.3f} ({each.low:.3f} to {each.high:.3f})"
                          for name, each in report.figures.items())  # fmt: skip
        console.print(f"{report.how_tried} {report.chosen}: {shown}", markup=False)
    for used in report.features[:_FEATURES]:
        console.print(f"  {100 * used.share:3.0f} % {used.column}: {used.direction}", markup=False)
    console.print(report.verdict.sentence, markup=False)


def _write(path: Path, report: Report) -> None:
    """All of it or nothing."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
        draft.replace(path)
    except FileNotFoundError:
        raise Refused(f"There is no folder {path.parent} to write into.") from None
    finally:
        draft.unlink(missing_ok=True)
