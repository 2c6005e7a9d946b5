"""A rule over the past and the reasons of a membership, beside slow counts over the same shop."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from perennial.commerce.models import Order
from perennial.conditions import Condition, check
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.foundation import clock
from perennial.foundation.errors import Invalid, NotFound
from perennial.lake.exporting import export_all
from perennial.lake.kept import close_kept
from perennial.lifecycle.tests.shop import day, empty, known, open_shop, ordered
from perennial.objects.query import select
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.rules.backtest import Week, backtest, ends_of_weeks, on_day, weeks_of
from perennial.rules.preview import preview
from perennial.rules.why import why
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import NOTHING

pytestmark = pytest.mark.django_db(transaction=True)
TWICE = "did commerce.order_placed at least 2 times within 60 days"


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Iterator[list[Customer]]:
    settings.LAKE_URL = str(tmp_path / "lake")
    empty()
    open_shop(now=day(400))
    chance = random.Random(9)
    people = [known(name, kind="person", country="GB" if number % 2 else "KZ", at=day(number * 40))
              for number, name in enumerate(("Ada", "Ben", "Cleo", "Dov", "Ewa", "Fay"))]  # fmt: skip
    for number, person in enumerate(people):
        for _n in range(chance.randint(3, 18)):
            ordered(person, day(chance.uniform(number * 40, 399)))
    export_all()
    yield people
    close_kept()
    empty()


def rule(text: str) -> Condition:
    return check(parse(text), schema_of(object_types["customers.person"]))


def twice(end: Any) -> set[int]:
    """Who had ordered twice in the sixty days before an instant, and was known by then."""
    found = set()
    for person in Customer.objects.filter(created_at__lt=end):
        placed = Order.objects.filter(customer=person, placed_at__lt=end, placed_at__gt=end - timedelta(days=60))
        if placed.count() >= 2:
            found.add(int(person.pk))
    return found


def midnight_after(week_day: Any) -> Any:
    return datetime.combine(week_day + timedelta(days=1), time(), tzinfo=ZoneInfo("Europe/London"))


def test_each_week_is_what_it_was(shop: list[Customer]) -> None:
    kind = object_types["customers.person"]
    tested = backtest(kind, rule(TWICE), by=SYSTEM, weeks=30, days=90)
    assert len(tested.weeks) == 30
    before = twice(midnight_after(tested.weeks[0].day - timedelta(days=7)))
    for week in tested.weeks:
        now = twice(midnight_after(week.day))
        assert (week.members, week.entered, week.left) == (len(now), len(now - before), len(before - now)), week
        before = now
    assert any(week.entered for week in tested.weeks)
    assert any(week.left for week in tested.weeks)


def test_weeks_told_in_parts_are_the_same(shop: list[Customer]) -> None:
    kind, ends = object_types["customers.person"], ends_of_weeks(5)
    told: list[Week] = []
    while len(told) < 5:
        more = weeks_of(kind, rule(TWICE), ends, by=SYSTEM, begun=told, patience=0)
        assert len(more) == len(told) + 1
        told = more
    assert told == weeks_of(kind, rule(TWICE), ends, by=SYSTEM)


def test_what_they_did_next_stands_beside_the_others(shop: list[Customer]) -> None:
    kind = object_types["customers.person"]
    tested = backtest(kind, rule(TWICE), by=SYSTEM, weeks=1, days=60)
    end = midnight_after(tested.since)
    matched = twice(end)
    others = set(Customer.objects.filter(created_at__lt=end).values_list("pk", flat=True)) - matched
    bought = set(Order.objects.filter(placed_at__gte=end, placed_at__lt=end + timedelta(days=60)).values_list(
        "customer_id", flat=True))  # fmt: skip
    told = next(each for each in tested.following if each.outcome.key == "commerce.bought")
    assert (told.matched, told.others) == (len(matched), len(others))
    assert (told.matched_with, told.others_with) == (len(matched & bought), len(others & bought))


def test_an_event_that_is_named_is_an_outcome_too(shop: list[Customer]) -> None:
    kind = object_types["customers.person"]
    asked = backtest(kind, rule(TWICE), by=SYSTEM, weeks=1, also=["customers.page_viewed", "custom.never_heard_of"])
    assert [each.outcome.key for each in asked.following][-1] == "customers.page_viewed"


def test_a_past_day_names_who_was_there(shop: list[Customer]) -> None:
    asked = day(300).date()
    count, ids = on_day(object_types["customers.person"], rule(TWICE), asked, by=SYSTEM)
    assert set(ids) == twice(midnight_after(asked))
    assert count == len(ids)


@pytest.mark.parametrize("asked", [{"weeks": 0}, {"weeks": 10_000}, {"days": 0}, {"days": 10_000}])
def test_more_than_there_is_is_refused(shop: list[Customer], asked: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        backtest(object_types["customers.person"], rule(TWICE), by=SYSTEM, **asked)


def test_whoever_sees_nobody_counts_nobody(shop: list[Customer]) -> None:
    nobody = Actor("user", 7, "Dov", rights=NOTHING)
    kind = object_types["customers.person"]
    assert backtest(kind, rule(TWICE), by=nobody, weeks=1).weeks[0].members == 0
    assert preview(kind, rule("all of ()"), by=nobody).count == 0


def test_a_preview_counts_and_shows_some(shop: list[Customer]) -> None:
    seen = preview(object_types["customers.person"], rule('country = "KZ"'), by=SYSTEM)
    assert seen.count == 3
    assert set(seen.sample) <= {int(each.pk) for each in shop if each.country == "KZ"}
    assert seen.sample


def test_why_names_the_clause_the_value_and_the_events(shop: list[Customer]) -> None:
    ada = shop[0]
    told = why(
        object_types["customers.person"],
        rule('country = "GB" or did commerce.order_placed at least 2 times'), int(ada.pk), by=SYSTEM,
    )  # fmt: skip
    assert told.holds
    by_country, by_orders = told.parts
    assert (by_country.holds, by_country.evidence[0].value) == (False, "KZ")
    assert by_orders.holds
    latest = Order.objects.filter(customer=ada).order_by("-placed_at").first()
    assert by_orders.evidence[0].at == latest.placed_at
    assert [each.type for each in by_orders.evidence] == ["commerce.order_placed"] * 3


def test_why_agrees_with_the_list_about_everybody(shop: list[Customer]) -> None:
    kind = object_types["customers.person"]
    for text in (TWICE, f"none of ({TWICE})", f'country = "KZ" and {TWICE}', 'changed country within 30 days',
                 "sum(total of commerce.order_placed) > 300", "fact:commerce.order_count >= 5"):  # fmt: skip
        asked = rule(text)
        listed = {row.id for row in select(kind, by=SYSTEM, where=asked, columns=["name"]).rows}
        assert {int(each.pk) for each in shop if why(kind, asked, int(each.pk), by=SYSTEM).holds} == listed, text


def test_why_of_somebody_one_may_not_see(shop: list[Customer]) -> None:
    with pytest.raises(NotFound):
        why(object_types["customers.person"], rule(TWICE), int(shop[0].pk), by=Actor("user", 7, "Dov", rights=NOTHING))


def test_the_past_is_asked_by_the_firms_clock(shop: list[Customer]) -> None:
    told = why(object_types["customers.person"], rule(TWICE), int(shop[0].pk), by=SYSTEM, as_of=clock.now())
    assert told.holds == (int(shop[0].pk) in twice(clock.now()))
