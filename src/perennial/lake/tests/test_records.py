from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from perennial.conditions.text import parse
from perennial.foundation import clock
from perennial.lake.exporting import export_all
from perennial.lake.reader import Lake, open_lake
from perennial.lake.records import records_of
from perennial.lake.tests.world import ORCHARD, WALK, Orchard, OrchardFacts, Walk
from perennial.lake.upkeep import compact
from perennial.objects.models import Share
from perennial.objects.query import select
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import SYSTEM, Actor, actor_of_user
from perennial.workspace.rights import FieldRight, Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast, make_cast

QUESTIONS = (
    "all of ()",
    'name contains "é" or name is empty',
    'country in ("GB", "KZ") and not (size > 3)',
    "worth between 10 and 99999999999.5",
    "planted within 30 days or planted is empty",
    'is_open = true or soil != "clay"',
    'parent.name starts with "a" and parent.size > 1',
    "fact:tests.visits > 2 or fact:tests.spent >= 10.5",
    "owner is me or team is in my team",
    "did tests.planted at least 2 times",
    "did tests.planted at most 1 times within 20 days",
    "did tests.planted at least 1 times where (price > 10 and is_gift = true)",
    "sum(price of tests.planted) > 25",
    'average(n of tests.planted within 60 days) < 2 or last(plant of tests.planted) = "b"',
    "last(due of tests.planted) within 10 days",
)


@pytest.fixture
def cast(lake: Path) -> Cast:
    made = make_cast()
    some = random.Random(4)
    now = clock.now()
    orchards: list[Orchard] = []
    for number in range(60):
        orchards.append(Orchard.objects.create(
            name=some.choice(["", "a", "éa", "A b", "Жа"]), country=some.choice([None, "GB", "KZ", "BA"]),
            size=some.choice([None, 0, 1, 5]), worth=some.choice([None, Decimal("10"), Decimal("99999999999.4999")]),
            planted=some.choice([None, date(2020, 1, 1), now.date() - timedelta(days=29)]),
            soil=some.choice(["loam", "clay"]),
            is_open=some.choice([None, True, False]), parent=some.choice([None, *orchards[:20]]),
            owner=some.choice([None, made.ben_user, made.ada_user]), team=some.choice([None, made.team]),
            deleted_at=now if number % 11 == 10 else None,
        ))  # fmt: skip
        if number % 3:
            OrchardFacts.objects.create(
                orchard_id=orchards[-1].pk, visits=some.choice([None, 1, 3]), spent=some.choice([None, Decimal("10.5")])
            )
    Walk.objects.bulk_create(Walk(orchard=some.choice([None, *orchards]), note=f"{n}") for n in range(80))
    record([
        NewEvent(
            "tests.planted", None, subject_kind="tests.orchard", subject_id=some.choice(orchards).pk,
            occurred_at=now - timedelta(days=some.choice([1, 15, 25, 70])),
            properties={"plant": some.choice("abc"),
                        "price": {"amount": f"{some.randint(0, 2000) / 100}", "currency": "GBP"},
                        "is_gift": some.choice([True, False]), "n": some.choice([1, 2.5, 0.1]),
                        "due": (now - timedelta(days=some.choice([5, 15]))).astimezone(UTC).isoformat()},
        ) for _ in range(200)])  # fmt: skip
    export_all()
    compact(at_once=True)
    Orchard.objects.filter(pk__in=[each.pk for each in orchards[::7]]).update(size=4)
    export_all()
    return made


def test_the_lake_answers_as_the_database_does(cast: Cast) -> None:
    with open_lake() as lake:
        for question in QUESTIONS:
            for by in (SYSTEM, cast.ada, cast.ben, cast.dov):
                expected, found = both(lake, ORCHARD, question, by)
                assert found == expected, f"{question} by {by.name}"


def test_what_a_role_may_not_read_is_nothing_in_both(cast: Cast) -> None:
    none = FieldRight.NONE
    fields = {"tests.orchard": {"worth": none, "size": none, "parent": none, "planted": none, "is_open": none,
                                "country": none, "soil": none, "fact:tests.spent": none}}  # fmt: skip
    half = Actor("user", cast.ben_user.pk, "Ben", Rights(same_for_all(view=Reach.ALL), fields=fields))
    with open_lake() as lake:
        for question in QUESTIONS:
            expected, found = both(lake, ORCHARD, question, half)
            assert found == expected, question
        for question in ("orchard.worth > 1", "orchard.size is empty", "orchard.parent is filled"):
            expected, found = both(lake, WALK, question, half)
            assert found == expected, question
        assert not both(lake, ORCHARD, "worth is filled", half)[1]
        columns = set(records_of(lake, ORCHARD, by=half).columns)
        assert columns >= {"id", "name", "owner_id", "created_at"}
        assert not columns & {"worth", "size", "parent_id", "planted", "is_open", "country", "soil", "custom"}
        assert {"worth", "parent_id"} <= set(records_of(lake, ORCHARD, by=SYSTEM).columns)


def test_what_was_shared_is_seen_in_the_lake_too(cast: Cast) -> None:
    theirs = [orchard.pk for orchard in Orchard.objects.filter(deleted_at=None).exclude(owner=cast.ben_user)]
    later = clock.real_now() + timedelta(days=1)
    for number, id in enumerate(theirs[:9]):
        whom = {"team": cast.team} if number % 2 else {"user": cast.ben_user}
        until = (None, later, later - timedelta(days=2))[number % 3]
        Share.objects.create(object_key="tests.orchard", record_id=id, reach="edit", until=until, **whom)
    Share.objects.create(object_key="tests.walk", record_id=Walk.objects.filter(orchard=None)[0].pk, user=cast.ben_user)
    export_all()
    ben = actor_of_user(cast.ben_user)
    with open_lake() as lake:
        for kind in (ORCHARD, WALK):
            for question in ("all of ()", "id > 3"):
                before = both(lake, kind, question, replace(ben, id=cast.dov_user.pk, team_ids=()))[0]
                expected, found = both(lake, kind, question, ben)
                assert found == expected, question
                assert len(found) > len(before)
        seen = both(lake, ORCHARD, "all of ()", ben)[1]
        edited = records_of(lake, ORCHARD, by=ben, verb="edit")
        assert {row["id"] for row in lake.answer(edited.select("id"))} == seen
        assert len(seen & set(theirs)) == 6


def test_access_goes_through_what_a_record_belongs_to(cast: Cast) -> None:
    with open_lake() as lake:
        for question in ("all of ()", "orchard.size > 3", "orchard.name is empty"):
            for by in (SYSTEM, cast.ada, cast.ben, cast.dov):
                expected, found = both(lake, WALK, question, by)
                assert found == expected, f"{question} by {by.name}"
        assert 0 < len(both(lake, WALK, "all of ()", cast.ben)[0]) < len(both(lake, WALK, "all of ()", cast.ada)[0])


def test_the_answer_is_as_of_an_instant(cast: Cast) -> None:
    question = parse("did tests.planted at least 1 times", schema_of(ORCHARD))
    with open_lake() as lake:
        counts = [
            lake.answer(
                records_of(lake, ORCHARD, by=SYSTEM, where=question, as_of=clock.now() - timedelta(days=days)).count()
            )
            for days in (0, 20, 50, 100)
        ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2] > counts[3] == 0


def both(lake: Lake, kind: ObjectType, question: str, by: Actor) -> tuple[set[int], set[int]]:
    where = parse(question, schema_of(kind))
    expected = {row.id for row in select(kind, by=by, where=where, columns=(), limit=200).rows}
    found = lake.answer(records_of(lake, kind, by=by, where=where).select("id"))
    assert len(found) == len({row["id"] for row in found})
    return expected, {row["id"] for row in found}
