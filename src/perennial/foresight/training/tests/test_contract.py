"""What may be declared as a prediction: rules and features that can be asked as they were, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perennial.conditions.errors import ConditionError
from perennial.foresight.predictions import LEAVING
from perennial.metrics.predictions import (
    NotRewindable,
    check_prediction,
    predictions,
    register_prediction,
    rules_of,
)
from perennial.objects.facts import facts


@pytest.mark.parametrize("cheat", ["updated_at", "fact:foresight.leaving", "name", "fact:lifecycle.next_flip_at"])
def test_a_feature_that_would_see_past_its_instant_is_refused(cheat: str) -> None:
    made = replace(LEAVING, key="tests.cheating", features=(*LEAVING.features, cheat))
    if cheat == "name":  # what people write is known as it was
        check_prediction(made)
        return
    with pytest.raises(NotRewindable):
        register_prediction(made)


@pytest.mark.parametrize("part", ["population", "outcome"])
def test_a_rule_that_would_see_past_its_instant_is_refused(part: str) -> None:
    with pytest.raises(NotRewindable):
        check_prediction(replace(LEAVING, **{part: "updated_at within {days} days"}))


def test_what_is_not_there_or_declared_twice_is_refused() -> None:
    for wrong in (
        {"features": (*LEAVING.features, "fact:commerce.nothing")}, {"simple": "city"}, {"population": "nothing = 1"},
    ):  # fmt: skip
        with pytest.raises((ValueError, ConditionError)):
            check_prediction(replace(LEAVING, **wrong))
    with pytest.raises(ValueError, match="twice"):
        register_prediction(replace(LEAVING, days=7))


def test_what_is_shipped_can_be_asked_and_answers_as_a_fact() -> None:
    assert {each.key for each in predictions()} >= {"foresight.leaving", "foresight.conversion"}
    for each in predictions():
        check_prediction(each)
        assert rules_of(each, 30) != rules_of(each, 60) or "{days}" not in each.population + each.outcome
        fact = facts[each.key]
        assert (fact.table, fact.column, fact.past) == (each.table, "score", None)
    assert ("commerce.order", "total") in facts["foresight.leaving"].rests_on
