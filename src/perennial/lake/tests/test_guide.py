"""What the guide says of reading the lake is true."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from perennial.lake.exporting import export_all
from perennial.lake.place import root_url
from perennial.lake.tests.world import Orchard
from perennial.timeline.record import NewEvent, record

GUIDE = (Path(__file__).parents[4] / "docs" / "guide" / "lake.md").read_text()


def test_a_reader_without_perennial_reads_it(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record([NewEvent("tests.planted", 1)] * 1 + [NewEvent("tests.watered", 1), NewEvent("tests.watered", 1)])
    ash, elm = Orchard.objects.create(name="Ash"), Orchard.objects.create(name="Elm")
    export_all()
    Orchard.objects.filter(pk=ash.pk).update(name="Oak")
    elm.delete()
    export_all()
    (python,) = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    exec(python, {"folder": root_url()})  # noqa: S102
    assert re.search(r"tests.watered │ +2 ", capsys.readouterr().out)
    (question,) = re.findall(r"```sql\n(.+?)```", GUIDE, re.DOTALL)
    files = f"read_parquet('{root_url()}/record_lake_tests_orchard/*.parquet')"
    assert [
        row[1:] for row in duckdb.sql(f"SELECT id, name FROM ({question.replace('records', files)})").fetchall()
    ] == [("Oak",)]
