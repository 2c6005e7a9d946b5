"""`perennial duplicates`, as one calls it: without a database, on files as they come."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from typer.testing import CliRunner

from perennial.lake.duplicates.tests.test_matching import HEADINGS, people
from perennial.server.commands.duplicates import HEADINGS as ANSWERED
from perennial.server.commands.duplicates import app


def written(path: Path, rows: list[list[str | None]]) -> Path:
    with gzip.open(path, "wt", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def test_pairs_are_written_surest_first_with_ids_rows_and_reasons(tmp_path: Path) -> None:
    rows = people(1, 200)
    again = [[f"again-{number}", *row[1:]] for number, row in enumerate(rows[:20])]
    out = tmp_path / "pairs.csv"
    done = CliRunner().invoke(app, [str(written(tmp_path / "people.csv.gz", rows + again)), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "220 rows: 20 pairs" in done.output
    lines = list(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(lines[0]) == ANSWERED
    assert {(line["id_1"], line["id_2"]) for line in lines} == {(f"P1-{n}", f"again-{n}") for n in range(20)}
    assert {(int(line["row_1"]), int(line["row_2"])) for line in lines} == {(n + 1, n + 201) for n in range(20)}
    assert all(line["why"].startswith("same ") for line in lines)


def test_what_it_cannot_do_it_says(tmp_path: Path) -> None:
    file = written(tmp_path / "people.csv.gz", people(1, 5))
    wrong = CliRunner().invoke(app, [str(file), "--ignore", "shoe size"])
    assert wrong.exit_code == 2
    assert "There is no column shoe size" in wrong.output
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"")
    assert "empty" in str(CliRunner().invoke(app, [str(picture)]).exception)
