"""Facts that users make, over real events and orders: compared with a slow, obvious reference, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from perennial.commerce.models import Order
from perennial.commerce.tests.shop import NOON, Shop, clock_at, make_customer, make_order, make_shop
from perennial.customers.models import Customer, Merge, Profile
from perennial.customers.objects import CUSTOMER
from perennial.foundation.sql import execute, fetch
from perennial.lake.exporting import export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of
from perennial.objects import query
from perennial.objects.facts import Aggregate, facts
from perennial.objects.running import run_action
from perennial.objects.schema import condition_of
from perennial.rules.facts.defining import change_fact, make_fact, retire_fact
from perennial.rules.facts.filling import fill, fill_all
from perennial.rules.facts.models import MadeFact
from perennial.rules.facts.upkeep import note_events, pay
from perennial.rules.facts.values import table_of
from perennial.timeline.record import NewEvent, record
from perennial.web.kit.reader import reader_of
from perennial.web.screens.columns import draw_value

pytestmark = pytest.mark.django_db(transaction=True)  # a log is read once its writers have committed
PAGE = "customers.page_viewed"
DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with_shop = make_shop()
    with clock_at(NOON):
        yield with_shop
    for made in MadeFact.objects.filter(retired_at=None):
        retire_fact(made, by=with_shop.cast.ada)


def visit(customer: Customer, at: datetime, url: str = "/") -> NewEvent:
    profile = Profile.objects.filter(customer=customer).order_by("pk").first()
    return NewEvent(PAGE, profile.pk, {"url": url}, at)


def make(shop: Shop, form: str = "events", label: str = "Visits", **options: Any) -> MadeFact:
    made = make_fact("customers.customer", form=form, label=label, options=options, by=shop.cast.ada)
    fill(made.pk)
    made.refresh_from_db()
    assert made.state == MadeFact.State.READY
    return made


def value(fact: MadeFact, customer: Customer) -> Any:
    found = fetch(f'SELECT value FROM "{table_of(fact)}" WHERE record_id = %s', [customer.pk])
    return found[0][0] if found else None


def keep() -> None:
    while note_events() + pay():
        pass


def test_visits_are_counted_for_a_person_and_the_company_too(shop: Shop) -> None:
    record([visit(shop.cleo, NOON - DAY), visit(shop.cleo, NOON - 2 * DAY), visit(shop.company, NOON - DAY)])
    fact = make(shop, event=PAGE)
    assert (value(fact, shop.cleo), value(fact, shop.company)) == (2, 3)
    dov = make_customer("Dov", kind="person")
    keep()
    assert value(fact, dov) == 0, "somebody new has visited never"
    found = query.select(CUSTOMER, by=shop.cast.ada, columns=["name", f"fact:{fact.key}"], sort=f"-fact:{fact.key}")
    assert [(row.title, row.values[f"fact:{fact.key}"]) for row in found.rows] == [
        ("Cleo & Co", 3), ("Cleo", 2), ("Dov", 0)
    ]  # fmt: skip


def test_a_late_event_counts_where_it_belongs_and_a_window_closes_by_itself(shop: Shop) -> None:
    fact = make(shop, event=PAGE, within_days=30)
    first, last = make(shop, label="First", event=PAGE, how="first_at"), make(shop, label="Last", event=PAGE,
                                                                             how="last", of="url")  # fmt: skip
    record([visit(shop.cleo, NOON - 10 * DAY, "/a")])
    keep()
    record([visit(shop.cleo, NOON - 29 * DAY, "/late"), visit(shop.cleo, NOON - 31 * DAY, "/too-late")])
    keep()
    assert value(fact, shop.cleo) == 2
    assert value(first, shop.cleo) == NOON - 31 * DAY
    assert value(last, shop.cleo) == "/a"
    with clock_at(NOON + DAY + timedelta(minutes=1)):
        assert pay() == 2, "Cleo and her company, by time alone"
        assert (value(fact, shop.cleo), value(fact, shop.company)) == (1, 1)
        assert pay() == 0
    with clock_at(NOON + 25 * DAY):
        pay()
        assert value(fact, shop.cleo) == 0


def test_orders_by_a_field_of_theirs(shop: Shop) -> None:
    relation = "commerce.order/customer"
    spent = make(shop, "records", "Bought", relation=relation, how="sum", of="base_total", dated_by="placed_at",
                 where='kind = "order"')  # fmt: skip
    year = make(shop, "records", "Bought in a year", relation=relation, how="sum", of="base_total", within_days=365,
                dated_by="placed_at")  # fmt: skip
    latest = make(shop, "records", "Latest", relation=relation, how="last", of="base_total", dated_by="placed_at")
    order = make_order(shop.cleo, NOON - 10 * DAY, "10.50")
    make_order(shop.cleo, NOON - 400 * DAY, "100")
    back = make_order(shop.cleo, NOON - 5 * DAY, "-3", kind="return")
    keep()
    assert (value(spent, shop.cleo), value(year, shop.cleo)) == (Decimal("110.50"), Decimal("7.50"))
    assert value(latest, shop.cleo) == Decimal(-3)
    assert value(latest, shop.company) is None
    Order.objects.filter(pk__in=(order.pk, back.pk)).update(deleted_at=NOON)
    keep()
    assert (value(spent, shop.cleo), value(year, shop.cleo)) == (100, 0)
    assert value(latest, shop.cleo) == 100
    make_order(shop.cleo, NOON + DAY, "5")
    keep()
    assert value(spent, shop.cleo) == 100, "an order that lies ahead"
    with clock_at(NOON + 2 * DAY):
        pay()
        assert value(spent, shop.cleo) == 105


def test_a_formula_over_fields_and_facts_follows_both(shop: Shop) -> None:
    record([visit(shop.cleo, NOON - DAY)])
    visits = make(shop, event=PAGE)
    each = make(shop, "formula", "Each visit", formula=f'if(country = "KZ", {visits.key} * 10, {visits.key})')
    days = make(shop, "formula", "Days here", formula="days_between(created_at, today())", places=0)
    assert value(each, shop.cleo) == 1
    Customer.objects.filter(pk=shop.cleo.pk).update(country="KZ", created_at=NOON - 3 * DAY)
    keep()
    assert (value(each, shop.cleo), value(days, shop.cleo)) == (10, 3)
    record([visit(shop.cleo, NOON)])
    keep()
    pay()
    assert value(each, shop.cleo) == 20
    with clock_at(NOON + DAY):
        pay()
        assert value(days, shop.cleo) == 4


def test_merging_and_taking_it_back(shop: Shop) -> None:
    other = make_customer("Cleo again", kind="person", company=shop.company)
    record([visit(shop.cleo, NOON - DAY), visit(other, NOON - 2 * DAY), visit(other, NOON - 3 * DAY)])
    fact = make(shop, event=PAGE)
    first = make(shop, label="First", event=PAGE, how="first_at")
    assert (value(fact, shop.cleo), value(fact, other), value(fact, shop.company)) == (1, 2, 3)
    run_action("customers.merge_customers", [shop.cleo.pk, other.pk], {"winner": shop.cleo.pk}, by=shop.cast.ada)
    keep()
    assert (value(fact, shop.cleo), value(fact, other), value(fact, shop.company)) == (3, None, 3)
    assert value(first, shop.cleo) == NOON - 3 * DAY
    merge = Merge.objects.get(winner=shop.cleo)
    run_action("customers.unmerge", [shop.cleo.pk], {"merge": merge.pk}, by=shop.cast.ada)
    keep()
    assert (value(fact, shop.cleo), value(fact, other), value(fact, shop.company)) == (1, 2, 3)


def test_another_definition_is_another_version_of_the_same_fact(shop: Shop) -> None:
    record([visit(shop.cleo, NOON - DAY, "/shop"), visit(shop.cleo, NOON - 40 * DAY, "/")])
    fact = make(shop, event=PAGE)
    change_fact(fact, options={"event": PAGE, "where": 'url contains "shop"', "within_days": 30}, by=shop.cast.ada)
    fill(fact.pk)
    fact.refresh_from_db()
    assert (fact.version, fact.filled_version, value(fact, shop.cleo)) == (2, 2, 1)
    assert [each.number for each in fact.versions.order_by("number")] == [1, 2]


def test_the_values_are_what_a_slow_reading_says(shop: Shop) -> None:
    random = Random(11)
    people = [shop.cleo, *(make_customer(f"P{n}", kind="person", company=shop.company if n % 2 else None)
                           for n in range(5))]  # fmt: skip
    hows: dict[str, dict[str, Any]] = {
        "count": {}, "first_at": {"within_days": 90}, "last_at": {}, "first": {"of": "url"},
        "last": {"of": "url", "where": 'url != "/c"'},
    }  # fmt: skip
    made = {how: make(shop, label=how, event=PAGE, how=how, **also) for how, also in hows.items()}
    visits: list[tuple[Customer, datetime, str]] = []
    for _turn in range(4):
        fresh = [(random.choice(people), NOON - timedelta(hours=random.randint(0, 4_800), seconds=number),
                  random.choice(("/a", "/b", "/c"))) for number in range(12)]  # fmt: skip
        record([visit(*each) for each in fresh])
        visits += fresh
        moved = random.choice(people)
        Customer.objects.filter(pk=moved.pk).update(company=random.choice([None, shop.company]))
        keep()
        employed = set(Customer.objects.filter(company=shop.company).values_list("pk", flat=True))
        for customer in (*people, shop.company):
            whose = {customer.pk} | (employed if customer.pk == shop.company.pk else set())
            own = sorted((at, url) for who, at, url in visits if who.pk in whose)
            recent = [at for at, _url in own if at > NOON - 90 * DAY]
            kept = [url for _at, url in own if url != "/c"]
            assert value(made["count"], customer) == len(own)
            assert value(made["first_at"], customer) == (recent[0] if recent else None)
            assert value(made["last_at"], customer) == (own[-1][0] if own else None)
            assert value(made["first"], customer) == (own[0][1] if own else None)
            assert value(made["last"], customer) == (kept[-1] if kept else None)


def test_the_lake_has_it_too_and_finds_the_same(shop: Shop, settings: Any, tmp_path: Path) -> None:
    settings.LAKE_URL = str(tmp_path)
    record([visit(shop.cleo, NOON - DAY), visit(shop.cleo, NOON - 2 * DAY)])
    fact = make(shop, event=PAGE)
    last = make(shop, label="Last", event=PAGE, how="last_at", is_since=True)
    questions = [f"fact:{fact.key} >= 2", f"fact:{fact.key} = 0", f"fact:{last.key} within 3 days"]
    with open_lake() as lake:
        where = condition_of(CUSTOMER, questions[0], by=shop.cast.ada)
        assert "record_customers_customer" not in lake.tables or not lake.answer(
            records_of(lake, CUSTOMER, by=shop.cast.ada, where=where).count()
        )
    export_all()
    make_customer("Dov", kind="person")
    keep()
    export_all()
    for text in questions:
        where = condition_of(CUSTOMER, text, by=shop.cast.ada)
        expected = sorted(row.id for row in query.select(CUSTOMER, by=shop.cast.ada, where=where).rows)
        with open_lake() as lake:
            found = lake.answer(records_of(lake, CUSTOMER, by=shop.cast.ada, where=where).id)
        assert sorted(found) == expected, text
        assert expected, text


def test_values_that_are_gone_are_computed_again(shop: Shop) -> None:
    record([visit(shop.cleo, NOON - DAY)])
    fact = make(shop, event=PAGE)
    execute(f'DROP TABLE "{table_of(fact)}"')  # as after an archive of everything was loaded: it holds no values
    pay()
    assert MadeFact.objects.get().state == MadeFact.State.FILLING
    assert fill_all() == 1
    assert (value(fact, shop.cleo), value(fact, shop.company)) == (1, 1)


def test_columns_count_days_and_the_api_says_the_instant(shop: Shop) -> None:
    record([visit(shop.cleo, NOON - 9 * DAY)])
    fact = make(shop, event=PAGE, how="last_at", is_since=True)
    declared = facts[fact.key]
    assert declared.type.look == "since"
    assert declared.made_of == Aggregate("last_at", PAGE, dated_by="")
    assert "9 days" in draw_value(declared.type, NOON - 9 * DAY, reader_of(shop.cast.ada))
    assert declared.type.json(NOON - 9 * DAY) == "2011-11-30T12:50:00Z"
