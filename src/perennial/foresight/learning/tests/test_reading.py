"""Columns as people write them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from perennial.foresight.learning.reading.blanks import without_blanks
from perennial.foresight.learning.reading.columns import guess, read


def typed(values: list[str | None], name: str = "x") -> tuple[str, list[object]]:
    column = without_blanks(pa.chunked_array([pa.array(values, pa.string())]))
    how = guess(name, column)
    return how.shape, read(column, how).to_pylist()


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1", "2.5", "-3"], [1.0, 2.5, -3.0]),
        (["1,234.50", "$ 12", "(7)"], [1234.5, 12.0, -7.0]),
        (["1.234,50", "12,5", "3"], [1234.5, 12.5, 3.0]),
        (["35 %", "12%", " "], [35.0, 12.0, None]),
        (["1e3", "2", "NULL"], [1000.0, 2.0, None]),
    ],
)
def test_numbers(values: list[str | None], numbers: list[float | None]) -> None:
    assert typed(values) == ("number", numbers)


def test_yes_and_no_in_any_case_and_language() -> None:
    assert typed(["Yes", "no", "YES", ""]) == ("flag", [True, False, True, None])
    assert typed(["да", "нет"]) == ("flag", [True, False])
    assert typed(["0", "1", "1"]) == ("flag", [False, True, True])


def test_days_and_months_are_told_apart_by_all_values_together() -> None:
    shape, days = typed(["04/09/2012", "13/02/2013", "?"])
    assert (shape, str(days[0]), days[2]) == ("date", "2012-09-04 00:00:00", None)
    assert str(typed(["04/09/2012", "02/13/2013"])[1][0]) == "2012-04-09 00:00:00"
    assert str(typed(["2024-05-06T07:08:09.123Z"])[1][0]) == "2024-05-06 07:08:09"
    assert str(typed(["29/2/2016 01:16"])[1][0]) == "2016-02-29 01:16:00"


def test_ways_of_writing_a_level_are_one_and_select_is_no_answer() -> None:
    assert typed(["Google", "google", "Google ", "Select", "Bing"]) == (
        "category", ["Google", "Google", "Google", None, "Bing"])  # fmt: skip


def test_a_level_never_seen_is_read_as_it_stands() -> None:
    how = guess("x", pa.chunked_array([pa.array(["a", "b", "c"])]))
    assert read(pa.chunked_array([pa.array(["A", "new"])]), how).to_pylist() == ["a", "new"]


def test_numbers_and_names_of_rows_are_ids() -> None:
    assert typed([str(each) for each in range(100)], "no")[0] == "id"
    assert typed([f"K-{each}" for each in range(100)])[0] == "id"
    assert typed([str(each * 7.5) for each in range(100)])[0] == "number"
    assert typed([None, "", "n/a"])[0] == "empty"
    assert typed([f"this is the {each} of many long stories" for each in range(60)])[0] == "text"
