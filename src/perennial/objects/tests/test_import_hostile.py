"""Files that were made to do harm, or that went wrong: a sentence, soon, and nothing half written."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from perennial.foundation.sql import fetch
from perennial.objects.importing import working
from perennial.objects.importing.formats import parquet, trial
from perennial.objects.importing.formats.shape import LONGEST_CELL, MOST_COLUMNS
from perennial.objects.importing.reading import rows_of
from perennial.objects.importing.skipped import reasons
from perennial.objects.importing.sniffing import Unreadable, sniff
from perennial.objects.importing.uploads import set_up, start, upload
from perennial.objects.models import Import
from perennial.objects.tests.workbook import row, sheet, workbook
from perennial.objects.tests.world import GARDEN
from perennial.workspace.tests.cast import Cast

SOON = 20.0  # seconds; a bomb that went off would take minutes


def refused(path: Path) -> str:
    started = time.monotonic()
    with pytest.raises(Unreadable) as caught, rows_of(path, sniff(path)) as rows:
        for _row in rows:
            pass
    assert time.monotonic() - started < SOON
    return str(caught.value.sentence)


def bring(cast: Cast, path: Path) -> Import:
    importing = upload(GARDEN.key, [path.read_bytes()], name=path.name, by=cast.ada)
    set_up(importing, mapping=importing.mapping, options=importing.options)
    start(importing, by=cast.ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    return importing


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "XLSX"), (b"%PDF-1.7\n", "document"),
     (b"<!DOCTYPE html><table><tr><td>name</td></tr></table>", "web page"), (b"<?xml version='1.0'?><a/>", "XML"),
     (b"\x89PNG\r\n", "picture"), (b"7z\xbc\xaf\x27\x1c", "archive"),
     (gzip.compress(b"PK\x03\x04", mtime=0), "archive"),
     (b'{"a": [1,\n{"b"\n', "JSON objects"), (b'[{"a": 1}, {"b"', "cut off"),
     (b"BEGIN:VCARD\nEND:VCARD\n", "No card")],
)  # fmt: skip
def test_a_file_is_what_stands_in_it_whatever_it_is_called(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    assert said in refused(path)


def test_a_workbook_called_csv_is_read_as_a_workbook(cast: Cast, tmp_path: Path) -> None:
    path = workbook(tmp_path / "people.csv", {"A": sheet(row(1, "name", "size"), row(2, "Kew", 3))})
    assert bring(cast, path).created == 1


def test_what_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(b"name,size\n" + b"a,1\n" * 40_000_000, 9))
    assert "unpacks" in refused(packed)
    texts = f"<si><t>{'a' * 100_000_000}</t></si>"
    assert "unpacks" in refused(workbook(tmp_path / "x.xlsx", {"A": sheet(row(1, "a", "b"))}, shared=texts))


def test_entities_and_broken_parts_are_refused(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData/></worksheet>'
    assert "damaged" in refused(workbook(tmp_path / "x", {"A": laughs}))
    assert "damaged" in refused(workbook(tmp_path / "y", {"A": sheet(row(1, "a", "b"))[:-20]}))
    whole = workbook(tmp_path / "z", {"A": sheet(row(1, "a", "b"))}).read_bytes()
    (tmp_path / "z").write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(tmp_path / "z")


def test_a_cell_far_away_makes_no_gap_that_fills_the_memory(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = workbook(tmp_path / "x", {"A": sheet(row(1, "a", "b"), far)})
    with rows_of(path, sniff(path)) as rows:
        (only,) = rows
    assert (only.number, len(only.cells)) == (1_048_575, MOST_COLUMNS + 1)
    assert "more rows" in refused(workbook(tmp_path / "y", {"A": sheet(row(1, "a"), '<row r="9999999"/>')}))


def test_a_cell_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    long = "x" * 10_000_000
    csv = tmp_path / "x.csv"
    csv.write_text(f"name,size\nCleo,{long}\n")
    assert f"{LONGEST_CELL}" in refused(csv)
    assert f"{LONGEST_CELL}" in refused(workbook(tmp_path / "x.xlsx", {"A": sheet(row(1, "a"), row(2, long))}))
    path = tmp_path / "x.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"name": [long]}), path)
    assert f"{LONGEST_CELL}" in refused(path)


def test_parquet_that_claims_little_and_unpacks_to_everything_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    same = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([0] * 200_000, pyarrow.int32()), pyarrow.array(["x" * 700_000])
    )
    pyarrow.parquet.write_table(pyarrow.table({"name": same}), path, compression="zstd", store_schema=False)
    assert path.stat().st_size < 10_000
    assert "too large" in refused(path)
    damaged = bytearray(path.read_bytes())
    damaged[100:104] = b"oops"
    path.write_bytes(damaged)
    assert refused(path)


@pytest.mark.parametrize("wrong", ['Two,"never closed\n' + "x,1\n" * 60_000, "Two," + "y" * 300_000 + "\n"])
def test_a_file_that_breaks_off_leaves_nothing_half_written(cast: Cast, tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name,size\n" + "One,1\n" * 12_000 + wrong)
    importing = bring(cast, path)
    assert (importing.status, importing.created) == ("failed", 0)
    assert "quotation mark" in importing.error
    assert fetch("SELECT count(*) FROM objects_tests_garden") == [(0,)]


def test_ragged_rows_formulas_and_stray_bytes_are_told_row_by_row(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'name,size\nShort\nLong,1,2,3\n"=HYPERLINK(""http://x"")",2\nNul\x00l,3\nGood,4\n')
    importing = bring(cast, path)
    assert importing.created == 3
    assert {each.code for each in reasons(importing)} == {"too_many_cells", "invalid"}


def test_the_trial_and_who_asks_for_it_are_of_one_mind() -> None:
    assert (parquet.BATCH, parquet.DAMAGED, parquet.LONG_CELL) == (trial.BATCH, trial.DAMAGED, trial.LONG_CELL)
