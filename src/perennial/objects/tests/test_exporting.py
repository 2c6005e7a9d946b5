"""Files of records in every format: whole, typed, safe from formulas, in the background, and only for whoever may."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from perennial.conditions.text import parse
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.objects.exporting import csv_rows, plan_of
from perennial.objects.exporting.exports import exports, file_of, get_export, start, stop
from perennial.objects.exporting.forgetting import forget_files
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.models import Export
from perennial.objects.exporting.plan import begin_run
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.working import FOLDER, write_file
from perennial.objects.exporting.xlsx import write_xlsx
from perennial.objects.jobs import run_export
from perennial.objects.models import ActionRun
from perennial.objects.schema import schema_of
from perennial.objects.tests.test_query import make
from perennial.objects.tests.world import GARDEN
from perennial.timeline.notifications import latest
from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast

EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


@pytest.fixture
def gardens(cast: Cast) -> Cast:
    make(cast, "Алматы Гүлзары", email="bau@example.kz", worth="12.50", country="KZ", size=7, planted="2020-05-17",
         is_open=True, owner=cast.ada_user.pk)  # fmt: skip
    make(cast, "Kew", worth="99999999999999.1234", owner=cast.ben_user.pk)
    make(cast, 'Quote " and, comma and line', worth=None)
    return cast


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: object) -> Path:
    settings.PERENNIAL_FILES = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def written(cast: Cast, format: str, path: Path, **asked: object) -> Path:
    plan = plan_of(GARDEN, by=cast.ada, **asked)  # type: ignore[arg-type]
    write_file(plan, path, format=format, run_id=begin_run(plan).id, progress=Progress())
    return path


def test_csv_has_every_field_and_only_what_matches(gardens: Cast, tmp_path: Path) -> None:
    text = written(gardens, "csv", tmp_path / "x", sort="name").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Name"] for row in rows] == ["Алматы Гүлзары", "Kew", 'Quote " and, comma and line']
    assert rows[0]["Worth"] == "12.5"
    assert rows[0]["Owner"] == "Ada"
    where = parse("worth > 100", schema_of(GARDEN))
    text = b"".join(csv_rows(GARDEN, by=gardens.ada, where=where, columns=["name", "worth"], headings="keys")).decode()
    assert text.splitlines() == ["\ufeffname,worth", "Kew,99999999999999.1234"]
    assert b"".join(csv_rows(GARDEN, by=gardens.ada, search="almaty", columns=["name"])).count(b"\n") == 2


def test_json_lines_say_what_the_api_says(gardens: Cast, tmp_path: Path) -> None:
    lines = written(gardens, "jsonl", tmp_path / "x", sort="-worth,name").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["name"] for record in records] == ["Kew", "Алматы Гүлзары", 'Quote " and, comma and line']
    types = {field.key: field.type for field in GARDEN.fields}
    almaty = records[1]
    assert almaty["planted"] == "2020-05-17"
    assert almaty["is_open"] is True
    assert types["worth"].clean(almaty["worth"]) == types["worth"].clean("12.50")
    assert types["owner"].clean(almaty["owner"]) == gardens.ada_user.pk
    assert all(key in almaty for key in ("id", "email", "country", "size", "created_at"))


def test_a_spreadsheet_has_typed_cells(gardens: Cast, tmp_path: Path) -> None:
    path = written(gardens, "xlsx", tmp_path / "x", sort="name")
    heading, almaty, kew, quote = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    row = dict(zip(heading, almaty, strict=True))
    assert (row["Name"], row["Worth"], row["Size"], row["Open"]) == ("Алматы Гүлзары", 12.5, 7, True)
    assert row["Planted"].isoformat() == "2020-05-17"
    assert dict(zip(heading, kew, strict=True))["Worth"] == "99999999999999.1234"  # more digits than a number holds
    assert dict(zip(heading, quote, strict=True))["Name"] == 'Quote " and, comma and line'


def test_a_sheet_that_is_full_goes_on_in_the_next(gardens: Cast, tmp_path: Path) -> None:
    write_xlsx(plan_of(GARDEN, by=gardens.ada, columns=["name"], sort="name"), tmp_path / "x", Progress(), most_rows=3)
    book = CalamineWorkbook.from_path(tmp_path / "x")
    sheets = [book.get_sheet_by_index(number).to_python() for number in range(len(book.sheet_names))]
    assert [len(sheet) for sheet in sheets] == [3, 2]
    assert [sheet[0] for sheet in sheets] == [["Name"], ["Name"]]


def test_parquet_is_typed_and_names_what_is_referred_to(gardens: Cast, tmp_path: Path) -> None:
    table = pq.read_table(written(gardens, "parquet", tmp_path / "x", sort="name"))
    rows = table.to_pylist()
    assert str(table.schema.field("worth").type) == "decimal128(38, 10)"
    assert str(table.schema.field("created_at").type) == "timestamp[us, tz=UTC]"
    assert (rows[0]["owner"], rows[0]["owner_id"], rows[0]["size"]) == ("Ada", gardens.ada_user.pk, 7)
    assert rows[0]["planted"].isoformat() == "2020-05-17"


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_a_file_too(cast: Cast, tmp_path: Path, format: str) -> None:
    path = written(cast, format, tmp_path / "x")
    assert path.stat().st_mode & 0o777 == 0o600
    if format == "parquet":
        assert pq.read_table(path).num_rows == 0
    if format == "xlsx":
        assert len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) == 1


def test_no_text_becomes_a_formula(cast: Cast, tmp_path: Path) -> None:
    for text in EVIL:
        make(cast, text, email="=cmd@example.com" if text == EVIL[0] else "")
    rows = csv.reader(io.StringIO(written(cast, "csv", tmp_path / "c").read_text(encoding="utf-8-sig")))
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r") for row in rows for cell in row)
    path = written(cast, "xlsx", tmp_path / "x", columns=["name", "email"], sort="id")
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in parts.namelist() if "externalLink" in name]
        assert not [name for name in parts.namelist() if "sheet1.xml.rels" in name]  # no cell became a link
    assert "<f>" not in sheet
    cells = [row[0] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]]
    assert [cell.strip() for cell in cells] == [text.strip() for text in EVIL]


def test_only_whoever_may_export_does(gardens: Cast) -> None:
    with pytest.raises(Forbidden):
        plan_of(GARDEN, by=gardens.ben)
    with pytest.raises(NotFound):
        plan_of(GARDEN, by=gardens.dov)
    with pytest.raises(Exception, match="no field"):
        plan_of(GARDEN, by=gardens.ada, columns=["folded"])
    with pytest.raises(Invalid):
        start(plan_of(GARDEN, by=gardens.ada), format="exe")


@pytest.mark.parametrize("format", FORMATS)
def test_a_large_one_runs_in_the_background_and_leaves_a_file(gardens: Cast, format: str) -> None:
    export = start(plan_of(GARDEN, by=gardens.ada, columns=["name"], search="kew"), format=format)
    assert export.name.startswith("gardens-")
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.rows, export.total) == (Export.Status.DONE, 1, 1)
    assert file_of(export, by=gardens.ada).stat().st_size == export.size > 0
    assert ActionRun.objects.get(pk=export.run_id).done == 1
    assert latest(gardens.ada_user.pk)[0].url == f"/exports/{export.pk}/"
    for other in (gardens.ben, gardens.dov):
        assert exports(other) == []
        with pytest.raises(NotFound):
            get_export(export.pk, by=other)
        with pytest.raises(NotFound):
            file_of(export, by=other)


def test_a_right_that_is_lost_meanwhile_counts(gardens: Cast) -> None:
    waiting, done = (start(plan_of(GARDEN, by=gardens.ada), format="csv") for _ in range(2))
    run_export(done.pk)
    done.refresh_from_db()
    User.objects.filter(pk=gardens.ada_user.pk).update(role_id=gardens.dov_user.role_id)
    run_export(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.status == Export.Status.FAILED
    assert not waiting.path
    from perennial.objects.importing.actors import actor_named

    with pytest.raises(NotFound):
        file_of(done, by=actor_named(done.actor))


def test_it_can_be_stopped_and_is_not_begun_again(gardens: Cast, tmp_path: Path) -> None:
    export = start(plan_of(GARDEN, by=gardens.ada), format="jsonl")
    stop(export)
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.path) == (Export.Status.CANCELLED, "")
    assert not list(tmp_path.glob(f"{FOLDER}/*"))


def test_nobody_fills_the_queue(gardens: Cast) -> None:
    plan = plan_of(GARDEN, by=gardens.ada)
    for _ in range(5):
        start(plan, format="csv")
    with pytest.raises(Conflict):
        start(plan, format="csv")


def test_files_are_gone_after_some_days(gardens: Cast, tmp_path: Path) -> None:
    export = start(plan_of(GARDEN, by=gardens.ada), format="csv")
    run_export(export.pk)
    stray, draft = tmp_path / FOLDER / ".draft", tmp_path / FOLDER / "tmp-of-a-killed-worker"
    stray.touch()
    draft.mkdir()
    assert forget_files() == 0
    assert stray.exists()
    for path in (stray, draft):
        os.utime(path, (0, 0))
    Export.objects.update(finished_at=clock.real_now() - timedelta(days=4))
    assert forget_files() == 1
    export.refresh_from_db()
    assert export.path == ""
    assert not list(tmp_path.glob(f"{FOLDER}/*"))
    with pytest.raises(NotFound):
        file_of(export, by=gardens.ada)
    assert tmp_path == settings.PERENNIAL_FILES
