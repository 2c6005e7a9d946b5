"""Every metric that the house declares says what a slow count over the same records says; and only to who may see."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from perennial.commerce.models import Order
from perennial.conditions.text import parse
from perennial.customers.models import Customer, Profile
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.lake.exporting import export_all
from perennial.lake.kept import close_kept
from perennial.lifecycle.tests.shop import day, empty, known, open_shop, ordered
from perennial.metrics.contract import declared_metric, declared_metrics
from perennial.metrics.grain import Grain, beginning
from perennial.metrics.making import metric_by_key
from perennial.metrics.reading import may_see, read
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import NOTHING

pytestmark = pytest.mark.django_db(transaction=True)
LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2011, 1, 1), date(2012, 2, 1)
STAGES = ("reach", "acquisition", "conversion", "retention")


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Iterator[list[Customer]]:
    """Six customers in two countries with some eighty orders and returns; stages as the log tells them."""
    settings.LAKE_URL = str(tmp_path / "lake")
    empty()
    open_shop(now=day(400))
    chance = random.Random(4)
    countries = {"Ada": "GB", "Ben": "GB", "Cleo": "KZ", "Dov": "KZ", "Ewa": "KZ", "Fay": "GB"}
    people = [known(name, kind="person", country=country, at=day(0)) for name, country in countries.items()]
    for person in people:
        profile = Profile.objects.get(made_for=person).pk
        for number, when in enumerate(sorted(chance.uniform(0, 390) for _n in range(chance.randint(1, 4)))):
            record([NewEvent("lifecycle.stage_changed", profile, {"to": STAGES[number]}, occurred_at=day(when),
                             is_derived=True, subject_kind="customers.customer", subject_id=person.pk)])  # fmt: skip
        if chance.random() < 0.6:
            record([NewEvent("lifecycle.lapsed", profile, occurred_at=day(chance.uniform(200, 390)), is_derived=True,
                             subject_kind="customers.customer", subject_id=person.pk)])  # fmt: skip
        for _n in range(chance.randint(0, 22)):
            ordered(person, day(chance.uniform(0, 390)), chance.choice([20, 45, Decimal("99.95"), -20]))
    deleted = Order.objects.order_by("id").first()
    Order.objects.filter(pk=deleted.pk).update(deleted_at=day(395))
    export_all()
    yield people
    close_kept()
    empty()


def orders() -> list[Order]:
    return list(Order.objects.filter(deleted_at=None))


def period(at: datetime, grain: Grain) -> date:
    return beginning(at.astimezone(LONDON).date(), grain)


def told(key: str, *, by: Actor = SYSTEM, grain: Grain | None = None, **asked: Any) -> dict[Any, Decimal | None]:
    metric = metric_by_key(key)
    found = read(metric, by=by, first=FIRST, last=LAST, grain=grain, **asked)
    return {(each.period, *each.parts): each.value for each in found}


def rounded(values: dict[Any, Decimal | None]) -> dict[Any, Decimal | None]:
    return {key: None if value is None else round(value, 3) for key, value in values.items()}


@pytest.mark.parametrize("grain", list(Grain))
def test_what_orders_come_to(shop: list[Customer], grain: Grain) -> None:
    revenue: dict[date, Decimal] = defaultdict(Decimal)
    placed: dict[date, list[Order]] = defaultdict(list)
    for order in orders():
        revenue[period(order.placed_at, grain)] += order.base_total
        if order.kind == "order":
            placed[period(order.placed_at, grain)].append(order)
    assert rounded(told("commerce.revenue", grain=grain)) == {
        key: revenue.get(key[0], Decimal()) for key in told("commerce.revenue", grain=grain)
    }
    assert told("commerce.orders", grain=grain) == {
        key: len(placed.get(key[0], [])) for key in told("commerce.orders", grain=grain)
    }
    means = {each: sum(o.base_total for o in some) / len(some) for each, some in placed.items()}
    asked = told("commerce.average_order", grain=grain)
    assert rounded(asked) == rounded({key: means.get(key[0]) for key in asked})


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH, Grain.YEAR])
def test_who_ordered_first_again_and_before(shop: list[Customer], grain: Grain) -> None:
    who: dict[date, set[int]] = defaultdict(set)
    first: dict[int, date] = {}
    for order in sorted((each for each in orders() if each.kind == "order"), key=lambda each: each.placed_at):
        first.setdefault(order.customer_id, period(order.placed_at, grain))
        who[period(order.placed_at, grain)].add(order.customer_id)
    returning = {each: {person for person in some if first[person] < each} for each, some in who.items()}
    days = {key[0] for key in told("commerce.buyers", grain=grain)}
    for key, expected in (
        ("commerce.buyers", {each: len(who.get(each, ())) for each in days}),
        ("commerce.new_buyers", {each: sum(at == each for at in first.values()) for each in days}),
        ("commerce.returning", {each: len(returning.get(each, ())) for each in days}),
    ):
        assert told(key, grain=grain) == {(each,): count for each, count in expected.items()}, key
    rates = {each: Decimal(len(returning[each])) / len(who[each]) if who.get(each) else None for each in days}
    assert rounded(told("commerce.repeat_rate", grain=grain)) == rounded({(k,): v for k, v in rates.items()})


def test_stages_at_the_end_of_each_month(shop: list[Customer]) -> None:
    moves = fetch("SELECT p.customer_id, e.occurred_at, e.properties->>'to' FROM timeline_event e"
                  " JOIN customers_profile p ON p.id = e.profile_id WHERE e.type = 'lifecycle.stage_changed'"
                  " ORDER BY 2")  # fmt: skip
    found = told("lifecycle.customers_by_stage", dimensions=["to"])
    for each in sorted({key[0] for key in found}):
        after = beginning(each + timedelta(days=32), Grain.MONTH)
        stands: dict[int, str] = {}
        for person, at, to in moves:
            if at.astimezone(LONDON).date() < after:
                stands[person] = to
        for stage in {key[1] for key in found}:
            assert found[each, stage] == sum(each_stage == stage for each_stage in stands.values()), (each, stage)
    alone = told("lifecycle.customers_by_stage")
    assert alone[max(alone)] == len(shop)


def test_churn_is_who_lapsed_beside_who_had_ordered_in_the_year_before(shop: list[Customer]) -> None:
    lapsed = fetch("SELECT p.customer_id, e.occurred_at FROM timeline_event e JOIN customers_profile p"
                   " ON p.id = e.profile_id WHERE e.type = 'lifecycle.lapsed'")  # fmt: skip
    for (start,), rate in told("lifecycle.churn_rate", grain=Grain.QUARTER).items():
        begins = datetime(start.year, start.month, 1, tzinfo=LONDON)
        had = {o.customer_id for o in orders()
               if o.kind == "order" and begins - timedelta(days=365) <= o.placed_at < begins}  # fmt: skip
        left = {person for person, at in lapsed if period(at, Grain.QUARTER) == start}
        assert rate == (Decimal(len(left)) / len(had) if had else None), start


def test_a_rule_and_a_dimension_tell_apart(shop: list[Customer]) -> None:
    kazakh = {each.pk for each in shop if each.country == "KZ"}
    expected: dict[date, Decimal] = defaultdict(Decimal)
    for order in orders():
        if order.customer_id in kazakh:
            expected[period(order.placed_at, Grain.MONTH)] += order.base_total
    by_rule = told("commerce.revenue", rule=parse('country = "KZ"'))
    assert rounded(by_rule) == {key: expected.get(key[0], Decimal()) for key in by_rule}
    apart = told("commerce.revenue", dimensions=["customer.country"])
    assert rounded({key[:1]: value for key, value in apart.items() if key[1] == "KZ"}) == rounded(by_rule)
    assert {key[1] for key in apart} == {"GB", "KZ"}


def test_tenure_is_the_days_since_they_were_added(shop: list[Customer]) -> None:
    found = told("customers.tenure")
    assert round(found[date(2011, 12, 1),]) == 363  # 31 December less 3 January


def test_whoever_may_not_see_orders_sees_no_number_of_them(shop: list[Customer]) -> None:
    nobody = Actor("user", 7, "Dov", rights=NOTHING)
    metric = declared_metric("commerce.revenue")
    assert metric is not None
    assert not may_see(metric, nobody)
    with pytest.raises(NotFound):
        told("commerce.revenue", by=nobody)


def test_what_is_not_there_is_refused(shop: list[Customer]) -> None:
    with pytest.raises(NotFound):
        metric_by_key("commerce.nothing")
    with pytest.raises(Invalid):
        told("commerce.revenue", dimensions=["external_id"])
    with pytest.raises(Invalid):
        read(metric_by_key("commerce.revenue"), by=SYSTEM, first=LAST, last=FIRST)
    with pytest.raises(Invalid):
        read(metric_by_key("commerce.revenue"), by=SYSTEM, first=date(1000, 1, 1), last=LAST, grain=Grain.DAY)


def test_every_declared_metric_answers(shop: list[Customer]) -> None:
    for metric in declared_metrics():
        assert read(metric, by=SYSTEM, first=date(2011, 5, 1), last=date(2011, 6, 30)), metric.key
        for dimension in metric.dimensions:
            read(metric, by=SYSTEM, first=date(2011, 5, 1), last=date(2011, 6, 30), dimensions=[dimension])
