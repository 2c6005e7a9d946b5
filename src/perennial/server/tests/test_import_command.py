"""`perennial import`: the whole of it without a page, with a mapping that is kept as a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from perennial.foundation.sql import fetch
from perennial.objects.models import Import
from perennial.server.commands.importing import app

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "customers.person"
ROWS = "Report\nCalled;Reached by;Town\nCleo;cleo@example.com;Leeds\nDov;dov@example.com;Almaty\nBad;nothing@;Oslo\n"


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done.output


def people() -> list[tuple[str, ...]]:
    return fetch("SELECT name, email, city FROM customers_customer WHERE deleted_at IS NULL ORDER BY name")


def test_a_mapping_is_written_corrected_tried_and_used(tmp_path: Path) -> None:
    file, mapping, report = tmp_path / "people.csv", tmp_path / "mapping.json", tmp_path / "report.json"
    file.write_text(ROWS)
    run(str(file), "--kind", KIND, "--write-mapping", str(mapping))
    told = json.loads(mapping.read_text())
    assert told["columns"] == {"Called": None, "Reached by": "email", "Town": "city"}
    assert told["file"] == {"headings_in_row": 2, "encoding": "utf-8", "delimiter": ";"}
    told["columns"]["Called"] = "name"
    mapping.write_text(json.dumps(told))

    said = run(str(file), "--mapping", str(mapping), "--dry-run", "--json", str(report))
    assert "2 would be created" in said
    came = json.loads(report.read_text())
    assert (came["status"], came["dry_run"], came["created"], came["skipped"], came["rows"]) == ("done", True, 2, 1, 3)
    assert came["reasons"][0]["code"] == "invalid"
    assert people() == []

    left = tmp_path / "left.csv"
    run(str(file), "--mapping", str(mapping), "--json", str(report), "--skipped", str(left))
    assert people() == [("Cleo", "cleo@example.com", "Leeds"), ("Dov", "dov@example.com", "Almaty")]
    came = json.loads(report.read_text())
    assert (came["status"], came["dry_run"], came["created"], came["skipped"]) == ("done", False, 2, 1)
    assert left.read_text(encoding="utf-8-sig").splitlines()[1].startswith("Bad,nothing@,Oslo,3,invalid")
    assert not Import.objects.filter(status__in=("uploaded", "ready", "running")).exists()


@pytest.mark.parametrize(
    "told",
    [{"columns": {"No such": "name"}}, {"columns": {"Called": "no_such"}}, {"nonsense": 1}, {"columns": {"Called": 7}},
     {"file": {"headings_in_row": "x"}}, {"options": {"mode": "destroy"}}],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_written(tmp_path: Path, told: object) -> None:
    file, mapping = tmp_path / "people.csv", tmp_path / "mapping.json"
    file.write_text(ROWS)
    mapping.write_text(json.dumps(told))
    run(str(file), "--kind", KIND, "--mapping", str(mapping), code=2)
    assert people() == []


def test_a_file_or_kind_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"%PDF-1.7")
    assert "document" in run(str(file), "--kind", KIND, code=2)
    file.write_text(ROWS)
    assert "--kind" in run(str(file), code=2)
