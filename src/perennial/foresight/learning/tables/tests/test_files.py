"""From a file to scores and back: what is odd about a file is read or refused with a sentence, nothing half-written."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from perennial.foresight.learning.model import MissingColumns
from perennial.foresight.learning.tables.asking import CannotLearn, Question
from perennial.foresight.learning.tables.keeping import keep, kept
from perennial.foresight.learning.tables.model import TableModel
from perennial.foresight.learning.tables.scoring import score_file
from perennial.foresight.learning.tables.teaching import Taught, teach
from perennial.foresight.learning.tests.worlds import world, write
from perennial.foundation.errors import NotFound
from perennial.objects.importing.sniffing import Unreadable

HEADINGS = ["id", "Days of silence", "orders", "Contract", "left"]
ASKED = Question("left", "Yes")


def rows(seed: int, count: int = 450) -> list[list[object]]:
    made = world(seed=seed, rows=count)
    columns = [made.features[name].to_pylist() for name in ("silence", "orders", "contract")]
    return [
        [f"K-{number}", f"{silence:.1f}", int(orders), contract.upper() if number % 7 == 0 else contract,
         "Yes" if left else "No"]
        for number, (silence, orders, contract, left) in enumerate(zip(*columns, made.outcome, strict=True))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    return teach(write(tmp_path_factory.mktemp("taught") / "learn.csv", HEADINGS, rows(5)), ASKED)


def scored(model: TableModel, path: Path) -> list[dict[str, str]]:
    out = path.with_name("scores.csv")
    score_file(model, path, out)
    with out.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_one_probability_a_row_in_order_with_reasons_beside_it(taught: Taught, tmp_path: Path) -> None:
    assert taught.model is not None
    lines = scored(taught.model, write(tmp_path / "new.csv", HEADINGS, rows(6, 120)))
    assert [line["id"] for line in lines] == [f"K-{number}" for number in range(120)]
    assert all(0 < float(line["probability"]) < 1 for line in lines)
    assert any("Days of silence is" in line["reason_1"] for line in lines)
    assert any(line["change"].startswith("if ") for line in lines)
    assert [each.what for each in taught.report.findings if each.column == "id"] == ["identifier"]


def test_order_extra_columns_case_packing_and_no_label_change_nothing(taught: Taught, tmp_path: Path) -> None:
    assert taught.model is not None
    plain = rows(6, 60)
    one = scored(taught.model, write(tmp_path / "one.csv", HEADINGS, plain))
    turned = [[row[3], "extra", row[2], row[0], row[1]] for row in plain]
    other = write(tmp_path / "other.csv", ["contract", "more", "Orders", "id", "days of silence"], turned)
    with other.open("rb") as raw, gzip.open(tmp_path / "other.csv.gz", "wb") as packed:
        shutil.copyfileobj(raw, packed)
    assert [line["probability"] for line in scored(taught.model, tmp_path / "other.csv.gz")] == [
        line["probability"] for line in one]  # fmt: skip


def test_levels_never_seen_and_blanks_are_scored(taught: Taught, tmp_path: Path) -> None:
    assert taught.model is not None
    odd: list[list[object]] = [["a", "", "NULL", "for life"], ["b", "many", 3, ""], ["c", 12, "", "Select"]]
    assert len(scored(taught.model, write(tmp_path / "odd.csv", HEADINGS[:4], odd))) == 3


def test_missing_columns_are_named_and_nothing_is_written(taught: Taught, tmp_path: Path) -> None:
    assert taught.model is not None
    path = write(tmp_path / "few.csv", ["id", "orders"], [["a", 1]])
    with pytest.raises(MissingColumns, match="Days of silence, Contract"):
        score_file(taught.model, path, tmp_path / "scores.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["few.csv"]


def test_kept_by_name_it_tells_the_same(taught: Taught, tmp_path: Path) -> None:
    assert taught.model is not None
    keep(tmp_path, "leaving", taught.model, taught.report)
    keep(tmp_path, "leaving", taught.model, taught.report)  # replaced
    again = kept(tmp_path, "leaving")
    path = write(tmp_path / "new.csv", HEADINGS, rows(6, 40))
    typed = [model.typed(_table(path))[0] for model in (taught.model, again)]
    assert np.array_equal(taught.model.model.score(typed[0]), again.model.score(typed[1]))
    assert json.loads((tmp_path / "leaving" / "card.json").read_text())["published"] is True
    with pytest.raises(NotFound, match="leaving"):
        kept(tmp_path, "other")
    for name in ("../out", ".hidden", "a/b", ""):
        with pytest.raises(CannotLearn):
            keep(tmp_path, name, taught.model, taught.report)


def _table(path: Path):
    from perennial.foresight.learning.reading.files import table_of

    return table_of(path)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (Question("gone", "Yes"), "no column “gone”"),
        (Question("left", "Perhaps"), "does not occur in “left”. There are: "),
        (Question("Contract"), "--positive"),
        (Question("left", "Yes", time="Contract"), "does not hold dates"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(question: Question, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CannotLearn, match=sentence):
        teach(write(tmp_path / "learn.csv", HEADINGS, rows(5, 60)), question)


def test_bad_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 900)[:40])
    for name in ("empty.csv", "broken.gz", "absent.csv"):
        with pytest.raises(Unreadable):
            teach(tmp_path / name, ASKED)
    with pytest.raises(CannotLearn, match="no row"):
        teach(write(tmp_path / "heads.csv", HEADINGS, []), ASKED)


def test_labels_that_are_blank_are_left_out_and_a_number_matches_as_a_number(tmp_path: Path) -> None:
    some = [[*row[:4], ("1.0" if row[4] == "Yes" else "0.0") if place % 3 else ""] for place, row in enumerate(rows(5))]
    taught = teach(write(tmp_path / "learn.csv", HEADINGS, some), Question("left", "1"))
    assert taught.report.rows == 300
    assert "150 of 450 rows" in str(taught.report.findings[0].sentence)
