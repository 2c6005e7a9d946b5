"""What the product's own path predicts on labelled sets, on rows that it never saw, beside what standard tools reach.

    FORESIGHT_DATA=FOLDER perennial bench --only foresight

The folder holds the sets by name (telco_churn, leads_xeducation, …); one that is not there is left out. Each set is
split, by time where it has one; `perennial predict train` learns from the first part and `perennial predict score`
tells of the second, with nothing set for a set.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.labelled import SETS, Labelled, Rows
from perennial.foresight.learning.measuring.marks import Ranked, brier, calibration_error, losses

FIGURES = ("AUC", "PR-AUC", "log-loss", "Brier", "ECE")
SETTING = "FORESIGHT_DATA"
NO_FOLDER = f"Set {SETTING} to the folder with the labelled sets; there is none, so nothing was predicted."


@dataclass(frozen=True, slots=True)
class Told:
    name: str
    verdict: str
    leaks: list[str]
    figures: dict[str, float]
    expected: str
    seconds: float


def predict(labelled: Labelled, folder: Path) -> Told:
    """Through the command line, as anybody would."""
    learnt, tried, card, scores = (folder / each for each in ("learnt.csv", "tried.csv", "card.json", "scores.csv"))
    write(learnt, labelled.learnt)
    write(tried, labelled.tried, without=labelled.label)
    environment = os.environ | {"PERENNIAL_HOME": str(folder / "home")}
    command = [str(Path(sys.executable).with_name("perennial"))]
    started = time.monotonic()
    subprocess.run(
        [*command, "predict", "train", str(learnt), "--label", labelled.label, "--positive", labelled.positive,
         *(["--time", labelled.time] if labelled.time else []), "--name", "bench", "--json", str(card)],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    report = json.loads(card.read_text())
    figures: dict[str, float] = {}
    if report["published"]:
        subprocess.run([*command, "predict", "score", "bench", str(tried), "--out", str(scores)], env=environment,
                       check=True, capture_output=True)  # fmt: skip
        figures = judged(labelled, scores)
    return Told(labelled.name, report["verdict"]["word"], report["leaks"], figures, labelled.expected,
                time.monotonic() - started)  # fmt: skip


def judged(labelled: Labelled, scores: Path) -> dict[str, float]:
    with scores.open(newline="", encoding="utf-8") as file:
        chances = np.array([float(line["probability"]) for line in csv.DictReader(file)])
    outcome = np.array([row[labelled.label] == labelled.positive for row in labelled.tried])
    roc, precision = Ranked(outcome, chances).areas()
    return {"AUC": roc, "PR-AUC": precision, "log-loss": float(losses(outcome, chances).mean()),
            "Brier": brier(outcome, chances), "ECE": calibration_error(outcome, chances)}  # fmt: skip


def write(path: Path, rows: Rows, without: str = "") -> None:
    headings = [name for name in rows[0] if name != without]
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, headings, extrasaction="ignore")
        lines.writeheader()
        lines.writerows(rows)


def told(folder: Path, only: Iterable[str] = ()) -> Iterable[Told]:
    for name, load in SETS.items():
        if load.folder and (folder / load.folder).is_dir() and (not only or name in only):
            with tempfile.TemporaryDirectory(prefix="perennial-foresight-") as draft:
                yield predict(load.read(folder / load.folder), Path(draft))


def table(only: Sequence[str] = ()) -> Table:
    """Each set is told as it comes, for all of them take minutes."""
    console = Console(stderr=True)
    shown = Table(title="Predictions of rows never seen, default settings")
    for heading in ("set", "verdict", *FIGURES, "to reach", "named as leaks", "seconds"):
        shown.add_column(heading)
    folder = os.environ.get(SETTING, "")
    if not folder or not Path(folder).is_dir():
        shown.caption = NO_FOLDER
        return shown
    for each in told(Path(folder), only):
        figures = [f"{each.figures[name]:.3f}" if each.figures else "–" for name in FIGURES]
        leaks = ", ".join(each.leaks) or "–"
        console.print(f"{each.name}: {each.verdict} {' '.join(figures)} {leaks}", highlight=False)
        shown.add_row(each.name, each.verdict, *figures, each.expected, leaks, f"{each.seconds:.0f}")
    return shown


if __name__ == "__main__":
    Console(width=None if sys.stdout.isatty() else 190).print(table(sys.argv[1:]))
