"""Facts of buying as of any instant: as they are kept now, and as they would be had the world ended then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from perennial.commerce.customer_facts import refresh_all_facts
from perennial.commerce.customer_goods import refresh_all_goods
from perennial.commerce.models import Order, OrderLine, Product
from perennial.commerce.tests.shop import NOON, Shop, clock_at, make_customer, make_order, make_shop
from perennial.commerce.tests.test_made_facts import visit
from perennial.conditions.check import check
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.customers.objects import CUSTOMER, PERSON
from perennial.lake.exporting import export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of, told_of
from perennial.objects.facts import facts_about
from perennial.objects.schema import schema_of
from perennial.objects.writing import update_record
from perennial.rules.facts.defining import make_fact, retire_fact
from perennial.rules.facts.filling import fill_all
from perennial.timeline.record import record
from perennial.workspace.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
FACTS = tuple(f"fact:{each.key}" for each in facts_about("customers.customer")
              if each.past is not None and each.key.startswith("commerce."))  # fmt: skip


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Iterator[Shop]:
    settings.LAKE_URL = str(tmp_path)
    shop = make_shop()
    with clock_at(NOON):
        yield shop


def told(as_of: datetime | None, facts: Sequence[str] = FACTS) -> dict[int, dict[str, Any]]:
    with open_lake() as lake:
        rows = lake.answer(told_of(lake, CUSTOMER, by=SYSTEM, fields=facts, as_of=as_of))
    return {row.pop("id"): {key: value or None for key, value in row.items()} for row in rows}


def trade(shop: Shop, until: datetime) -> None:
    """Two years of orders and returns by people of two companies and by nobody's."""
    chance = Random(7)
    people = [shop.cleo, *(make_customer(f"P{n}", kind="person", company=shop.company if n % 3 == 0 else None)
                           for n in range(5))]  # fmt: skip
    goods = [Product.objects.create(name=f"G{n}", sku=f"G{n}", sort_key=f"g{n}") for n in range(4)]
    for number in range(60):
        kind = "return" if chance.random() < 0.2 else "order"
        total = chance.randint(1, 500) * (-1 if kind == "return" else 1)
        order = make_order(chance.choice(people), until - DAY * chance.uniform(0, 700), total, kind=kind)
        Order.objects.filter(pk=order.pk).update(channel=chance.choice(["web", "", "telephone"]))
        OrderLine.objects.create(order=order, product=chance.choice(goods), position=1, quantity=1, unit_price=total,
                                 amount=total, kind="goods", description="", fingerprint=number)  # fmt: skip


@contextmanager
def written_again() -> Iterator[None]:
    yield
    refresh_all_facts()
    refresh_all_goods()
    export_all()


def test_as_of_now_facts_are_what_is_kept(shop: Shop) -> None:
    with written_again():
        trade(shop, NOON)
    kept = told(None)
    assert told(NOON + timedelta(minutes=5)) == kept
    assert sum(each["fact:commerce.order_count"] is not None for each in kept.values()) >= 6


def test_nothing_that_came_later_changes_what_was(shop: Shop) -> None:
    """As of an instant in the past, everything is as it was computed when the world ended there."""
    then = NOON - 200 * DAY
    with written_again():
        trade(shop, then)
    with clock_at(then):
        refresh_all_facts()
        export_all()
        kept = told(None)
    before = told(then)
    assert before == kept
    with written_again():
        for person in Customer.objects.filter(kind="person"):
            make_order(person, then + DAY, 1000)
            make_order(person, then + 2 * DAY, -50, kind="return")
        update_record(PERSON, shop.cleo.pk, {"company": None}, by=SYSTEM)
    assert told(then) == before
    assert told(None) != before


def test_a_rule_about_a_fact_is_asked_as_it_was(shop: Shop) -> None:
    with written_again():
        make_order(shop.cleo, NOON - 90 * DAY, 10)
        make_order(shop.cleo, NOON - 10 * DAY, 10)
    schema = schema_of(PERSON)
    where = check(parse("fact:commerce.order_count >= 2", schema), schema)
    with open_lake() as lake:
        for as_of, found in ((NOON - 30 * DAY, []), (NOON, ["Cleo"]), (None, ["Cleo"])):
            assert lake.answer(records_of(lake, PERSON, by=SYSTEM, where=where, as_of=as_of).name) == found


MADE = (
    ("events", {"event": "customers.page_viewed", "how": "count", "within_days": 60}),
    ("events", {"event": "customers.page_viewed", "how": "last", "of": "url", "where": 'url != "/1"'}),
    ("records", {"relation": "commerce.order/customer", "how": "sum", "of": "base_total", "dated_by": "placed_at",
                 "within_days": 365}),
    ("records", {"relation": "commerce.order/customer", "how": "first", "of": "channel", "dated_by": "placed_at",
                 "where": 'kind = "order"'}),
    ("records", {"relation": "commerce.order/customer", "how": "last_at", "dated_by": "placed_at"}),
    ("records", {"relation": "commerce.order/customer", "how": "average", "of": "base_total",
                 "dated_by": "placed_at"}),
)  # fmt: skip


def test_facts_that_users_made_are_asked_as_they_were(shop: Shop) -> None:
    """As of now what is kept; as of an earlier day the same, whatever has happened since."""
    then = NOON - 30 * DAY
    made = [make_fact("customers.customer", form=form, label=f"Made {number}", options=options, by=shop.cast.ada)
            for number, (form, options) in enumerate(MADE)]  # fmt: skip
    keys = [f"fact:{each.key}" for each in made]
    with written_again():
        trade(shop, then)
        record([visit(shop.cleo, then - n * 20 * DAY, f"/{n}") for n in range(6)])
        with clock_at(then):
            fill_all()
    kept, before = told(None, keys), told(then, keys)
    assert before == kept
    assert all(any(each[key] for each in kept.values()) for key in keys)
    with written_again():
        make_order(shop.cleo, then + DAY, 1000)
        record([visit(shop.cleo, then + DAY, "/9")])
        fill_all()
    assert told(then, keys) == before
    assert told(None, keys) != before
    schema = schema_of(CUSTOMER)
    assert all(schema.was_known(key) for key in keys)
    for each in made:
        retire_fact(each, by=shop.cast.ada)
