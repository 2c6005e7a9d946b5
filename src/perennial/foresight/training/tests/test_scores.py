"""From the lake to a fact: trained, tried on what came later, scored, read as a column, a filter and with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from perennial.conditions.check import check
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.foresight.predictions import LEAVING
from perennial.foresight.training import keeping
from perennial.foresight.training.jobs import due
from perennial.foresight.training.models import Leaving, Standing, Trained
from perennial.foresight.training.queries import overview, overviews, told_of
from perennial.foresight.training.tests.shop import DAYS, END, day, empty, open_with
from perennial.foundation import clock
from perennial.foundation.errors import NotFound
from perennial.lake.reader import open_lake
from perennial.objects.query import select
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import NOTHING

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = [day(END - DAYS - step) for step in (0, 30, 60, 90, 120)]
NOBODY = Actor("user", 7, "Dov", rights=NOTHING)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.LAKE_URL = str(tmp_path / "lake")
    Standing.objects.create(prediction="", days=DAYS)
    yield
    empty()
    for each in (Standing, Trained, Leaving):
        each.objects.all().delete()


def trained() -> Trained:
    with open_lake() as lake:
        made = keeping.train(lake, LEAVING, asked=ASKED)
        keeping.score(lake, LEAVING)
    assert made is not None
    return made


def test_what_is_learnt_is_told_of_everybody_and_says_why() -> None:
    people = open_with(160)
    made = trained()
    assert (made.state, made.days, made.version) == (Trained.State.IN_USE, DAYS, 1)
    assert made.later["auc"] > 0.75
    assert made.bands
    kind = object_types["customers.person"]
    scores = dict(Leaving.objects.values_list("customer_id", "score"))
    assert 60 < len(scores) <= len(people)
    schema = schema_of(kind)
    risky = check(parse("fact:foresight.leaving > 50", schema), schema)
    listed = {row.id for row in select(kind, by=SYSTEM, where=risky, columns=["name"], limit=500).rows}
    assert listed == {customer for customer, score in scores.items() if score > 50}
    regular = {each.pk for number, each in enumerate(people) if number % 2}
    mean = {side: sum(scores[pk] for pk in side if pk in scores) / max(1, len(side & scores.keys()))
            for side in (frozenset(regular), frozenset({each.pk for each in people} - regular))}  # fmt: skip
    assert mean[frozenset(regular)] < 35 < mean[frozenset({each.pk for each in people} - regular)]
    said = told_of("foresight.leaving", max(scores, key=lambda each: scores[each]), by=SYSTEM)
    assert said is not None
    assert said.low <= said.chance <= said.high
    assert 1 <= len(said.reasons) <= 5
    assert all(each.label for each in said.reasons)
    with pytest.raises(NotFound):
        told_of("foresight.leaving", 10**9, by=SYSTEM)
    assert told_of("foresight.leaving", people[0].pk, by=NOBODY) is None
    assert overviews(by=NOBODY) == []
    shown = next(each for each in overviews(by=SYSTEM) if each.prediction is LEAVING)
    assert (shown.used, shown.latest, shown.days) == (made, made, DAYS)
    again = trained()
    assert (again.version, again.fingerprint, again.model) == (2, made.fingerprint, made.model)
    assert Trained.objects.get(pk=made.pk).state == Trained.State.REPLACED
    told = dict(Leaving.objects.values_list("customer_id", "score"))
    assert told.keys() == scores.keys()
    assert all(abs(told[each] - scores[each]) <= 1 for each in scores)  # the clock went on meanwhile


def test_where_nothing_can_be_learnt_no_model_is_used() -> None:
    open_with(150, is_random=True)
    made = trained()
    assert (made.state, made.model) == (Trained.State.REFUSED, None)
    assert "said" in made.why
    assert not Leaving.objects.exists()


def test_too_few_outcomes_say_nothing_of_anybody() -> None:
    open_with(60)
    person = Customer.objects.first()
    Leaving.objects.create(customer=person, score=50, low=40, high=60, version=1)
    with open_lake() as lake:
        made = keeping.train(lake, LEAVING, asked=ASKED[:1])
        assert keeping.score(lake, LEAVING) == 0
    assert made is not None
    assert (made.state, made.model) == (Trained.State.REFUSED, None)
    assert "are needed" in made.why
    assert not Leaving.objects.exists()


def test_it_is_trained_anew_each_week_when_asked_otherwise_and_when_people_drift() -> None:
    assert due(LEAVING) == "train"
    stands = Standing.objects.create(prediction=LEAVING.key, trained_at=ASKED[0])
    assert due(LEAVING) == "train"
    stands.trained_at = clock.real_now()
    stands.save()
    assert due(LEAVING) == ""  # nothing is in use: tried again tomorrow
    used = Trained.objects.create(
        prediction=LEAVING.key, version=1, kind="rule", state="in_use", days=DAYS, seed=1, rows=1, outcomes=1,
        definition=keeping.mark_of(LEAVING, DAYS), fingerprint="x", trained_at=clock.real_now() - timedelta(days=2),
    )  # fmt: skip
    assert due(LEAVING) == "score"
    Standing.objects.filter(pk=LEAVING.key).update(scored_for=clock.now())
    assert due(LEAVING) == ""
    a_day_ago = clock.real_now() - timedelta(days=1)
    Standing.objects.filter(pk=LEAVING.key).update(drift=0.4, trained_at=a_day_ago)
    assert due(LEAVING) == "train"
    Standing.objects.filter(pk=LEAVING.key).update(drift=0.1)
    assert due(LEAVING) == ""
    Standing.objects.filter(pk="").update(days=60)
    assert due(LEAVING) == "train"
    assert used.definition != keeping.mark_of(LEAVING, 60)
    Standing.objects.filter(pk="").update(days=DAYS)
    keeping.note_failure(LEAVING.key, "The process ended with -9.")
    assert due(LEAVING) == ""
    assert overview(LEAVING).stands.failed
