"""What is there is found, what is not is not made up, and a model read back tells the same."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.measuring.marks import area
from perennial.foresight.learning.model import MissingColumns, Model
from perennial.foresight.learning.reasons import changes, reasons
from perennial.foresight.learning.tests.worlds import chances_of, world
from perennial.foresight.learning.training import Outcome, train


@pytest.fixture(scope="module")
def learnt() -> Outcome:
    return train(world())


def test_what_is_there_is_found_and_holds_on_rows_never_seen(learnt: Outcome) -> None:
    assert learnt.report.verdict.word == "published"
    assert learnt.model is not None
    fresh = world(seed=77)
    chances = learnt.model.score(fresh.features)
    assert area(fresh.outcome, chances) > 0.75
    assert abs(chances.mean() - fresh.outcome.mean()) < 0.05
    order = learnt.report.figures["roc_auc"]
    assert order.low <= order.value <= order.high
    assert [each.column for each in learnt.report.features[:2]] == ["Days of silence", "contract"]
    assert learnt.report.features[0].direction == "more raises it"
    assert len(learnt.report.tenths) == 10


def test_read_back_from_json_it_tells_the_same_to_the_last_digit(learnt: Outcome) -> None:
    assert learnt.model is not None
    again = Model.from_json(json.loads(json.dumps(learnt.model.to_json())))
    fresh = world(seed=8, rows=300).features
    assert np.array_equal(again.score(fresh), learnt.model.score(fresh))
    json.dumps(learnt.report.to_json(), allow_nan=False)


def test_the_same_table_and_seed_give_the_same_model() -> None:
    one, again = train(world(rows=520)).model, train(world(rows=520)).model
    assert one is not None
    assert again is not None
    assert json.dumps(again.to_json()) == json.dumps(one.to_json())


def test_shuffled_outcomes_cannot_be_predicted() -> None:
    dataset = world(rows=450)
    shuffled = np.random.default_rng(1).permutation(dataset.outcome)
    outcome = train(Dataset(dataset.features, shuffled))
    assert outcome.model is None
    assert outcome.report.verdict.word == "no_signal"


def test_too_few_outcomes_are_said_and_nothing_is_learnt() -> None:
    dataset = world()
    outcome = np.zeros(len(dataset), bool)
    outcome[:7] = True
    refused = train(Dataset(dataset.features, outcome))
    assert (refused.model, refused.report.verdict.word) == (None, "not_possible")
    assert "7 outcomes" in refused.report.verdict.sentence


def test_with_times_it_is_tried_on_what_came_later() -> None:
    dataset = world(rows=450)
    time = np.datetime64("2026-01-01", "s") + np.arange(len(dataset)) * np.timedelta64(6 * 3_600, "s")
    outcome = train(Dataset(dataset.features, dataset.outcome, time=time))
    assert outcome.model is not None
    assert "later" in outcome.report.how_tried
    assert [each.name for each in outcome.report.months] == ["2026-03", "2026-04"]


def test_reasons_are_few_point_the_right_way_and_say_the_value(learnt: Outcome) -> None:
    assert learnt.model is not None
    features = pa.table({
        "silence": [400.0, 1.0], "orders": [4.0, 4.0], "contract": ["monthly", "two years"], "noise": [0.0, 0.0],
        "shade": ["red", "red"], "urgent": [False, False],
    })  # fmt: skip
    leaving, staying = reasons(learnt.model, features)
    assert len(leaving) <= 5
    assert leaving[0].column == "silence"
    assert leaving[0].sentence.startswith("Days of silence is 400 (usually ")
    assert leaving[0].effect > 0 > staying[0].effect
    parts, scores = learnt.model.parts(features), learnt.model.score(features)
    change, other = changes(learnt.model, features, None, parts, scores)
    assert change is not None
    assert other is not None
    assert change.score < scores[0]
    assert other.score > scores[1]


def test_levels_and_blanks_never_seen_are_scored_and_a_missing_column_is_named(learnt: Outcome) -> None:
    assert learnt.model is not None
    odd = pa.table({
        "silence": pa.array([None, 50.0]), "orders": pa.array([4.0, None]), "contract": pa.array(["for life", None]),
        "noise": [0.0, 0.0], "shade": ["green", "red"], "urgent": pa.array([None, True]),
    })  # fmt: skip
    assert np.isfinite(learnt.model.score(odd)).all()
    with pytest.raises(MissingColumns, match="contract"):
        learnt.model.score(odd.drop_columns(["contract"]))


def test_a_number_is_told_with_an_interval() -> None:
    dataset = world(rows=450)
    random = np.random.default_rng(2)
    silence = dataset.features["silence"].to_numpy()
    outcome = train(Dataset(dataset.features, 200 + 3 * silence + random.normal(0, 20, len(dataset))))
    assert outcome.model is not None
    assert outcome.report.figures["explained"].value > 0.8
    assert 20 < outcome.model.half < 60
    assert train(Dataset(dataset.features, random.normal(size=len(dataset)))).report.verdict.word == "no_signal"


def test_chances_come_true_as_said() -> None:
    dataset = world(rows=3_000)
    score = chances_of(np.log(0.2) + 0.04 * (dataset.features["silence"].to_numpy() - 60))
    happened = np.random.default_rng(4).random(len(score)) < score
    assert train(Dataset(dataset.features.select(["silence", "orders", "noise"]), happened)).report.figures[
        "calibration_error"
    ].value < 0.03  # fmt: skip
