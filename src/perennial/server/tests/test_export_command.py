"""`perennial export`, as one calls it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from perennial.customers.objects import PERSON
from perennial.objects.models import ActionRun
from perennial.objects.writing import create_records
from perennial.server.commands.exporting import app
from perennial.workspace.tests.cast import Cast, make_cast


def people() -> Cast:
    cast = make_cast()
    rows = [{"name": "Әсел", "country": "KZ"}, {"name": "Cleo", "country": "GB"}]
    create_records(PERSON, rows, by=cast.ada)
    return cast


def test_a_kind_goes_into_a_file_or_a_pipe(db: None, tmp_path: Path) -> None:
    people()
    out = tmp_path / "people.jsonl"
    done = CliRunner().invoke(app, ["people", str(out), "--columns", "name,country", "--sort", "-name"])
    assert done.exit_code == 0, done.output
    assert "2 rows" in done.output
    assert [json.loads(line)["name"] for line in out.read_text().splitlines()] == ["Cleo", "Әсел"]
    piped = CliRunner().invoke(app, ["customers.person", "--where", 'country = "KZ"', "--columns", "name", "--keys"])
    assert piped.output.splitlines() == ["\ufeffname", "Әсел"]
    assert ActionRun.objects.filter(action="export").count() == 2


def test_what_is_not_there_is_said(db: None, tmp_path: Path) -> None:
    people()
    for words, said in ((["boats"], "customers.person"), (["people", str(tmp_path / "x.exe")], "parquet"),
                        (["people", "--format", "xlsx"], "needs a file")):  # fmt: skip
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 2
        assert said in done.output.replace("\n", " ")
