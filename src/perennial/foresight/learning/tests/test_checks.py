"""Columns that know the outcome are named with a reason; honest ones are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from perennial.foresight.learning.checks.checking import check
from perennial.foresight.learning.checks.words import (
    is_judgement,
    is_of_afterwards,
    is_planned,
    is_state_at_export,
    words_of,
)
from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.tests.worlds import with_column, world

HONEST = {"silence", "orders", "contract", "noise", "shade", "urgent"}


def named(dataset: Dataset) -> dict[str, str]:
    return {each.column: str(each.sentence) for each in check(dataset).findings if each.what == "leak"}


def test_honest_columns_are_not_named() -> None:
    assert named(world()) == {}
    assert set(check(world()).usable.keys) == HONEST


def test_a_column_that_says_the_same_as_the_outcome_is_named() -> None:
    dataset = world()
    assert "the same as the outcome" in named(with_column(dataset, "gone", np.where(dataset.outcome, "G", "S")))["gone"]


def test_a_column_that_nearly_determines_it_is_named() -> None:
    dataset = world()
    wrong = np.random.default_rng(3).random(len(dataset)) < 0.04
    assert "nearly determines" in named(with_column(dataset, "flagged", dataset.outcome ^ wrong))["flagged"]


def test_blanks_that_tell_the_outcome_are_named() -> None:
    dataset = world()
    random = np.random.default_rng(3)
    days = np.where(dataset.outcome | (random.random(len(dataset)) < 0.4), random.integers(1, 30, len(dataset)), np.nan)
    assert "blank tells the outcome" in named(with_column(dataset, "days", days))["days"]


def test_what_is_filled_when_the_outcome_comes_about_is_named() -> None:
    dataset = world()
    random = np.random.default_rng(3)
    is_filled = random.random(len(dataset)) < np.where(dataset.outcome, 0.75, 0.06)
    found = named(with_column(dataset, "worth", np.where(is_filled, random.gamma(2, 10, len(dataset)), 0.0)))
    assert "filled when the outcome comes about" in found["worth"]


def test_dates_behind_the_rows_own_time_are_named_unless_planned() -> None:
    dataset = world()
    time = np.datetime64("2026-01-01", "s") + np.arange(len(dataset)) * np.timedelta64(3_600, "s")
    later = time + np.timedelta64(86_400, "s")
    timed = Dataset(dataset.features, dataset.outcome, time=time)
    both = with_column(with_column(timed, "seen_at", later), "due_date", later)
    assert list(named(both)) == ["seen_at"]
    assert "after the row's own time" in named(both)["seen_at"]


def test_somebody_can_vouch_for_a_column() -> None:
    dataset = world()
    leaking = with_column(dataset, "gone", np.where(dataset.outcome, "G", "S"))
    checked = check(leaking, keep=["gone"])
    assert "gone" in checked.usable.keys
    assert [each.what for each in checked.findings if each.column == "gone"] == ["kept"]


def test_constants_and_names_of_rows_are_left_out() -> None:
    dataset = world()
    odd = with_column(with_column(dataset, "same", ["x"] * len(dataset)), "who", [f"n{n}" for n in range(len(dataset))])
    assert {each.column: each.what for each in check(odd).findings if each.left_out} == {
        "same": "constant", "who": "identifier"}  # fmt: skip


@pytest.mark.parametrize("heading", ["closed_at", "ResolvedBy", "Churn Reason", "Close date"])
def test_headings_of_afterwards(heading: str) -> None:
    assert is_of_afterwards(heading)


def test_headings_that_only_look_so() -> None:
    assert not is_of_afterwards("Marital_Status")
    assert not is_of_afterwards("ExitRates")
    assert not is_of_afterwards("Expected close date")
    assert is_planned("due_at")
    assert is_state_at_export("Last Activity")
    assert not is_state_at_export("What is your current occupation")
    assert is_judgement("Lead Quality")
    assert words_of("HTTPCode resolvedAt_2") == ["http", "code", "resolved", "at", "2"]
