"""What orders say about customers: compared with a slow, obvious reference."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest

from perennial.commerce.customer_facts import YEAR, refresh_all_facts, refresh_due_facts, refresh_facts
from perennial.commerce.models import CustomerFacts, Order
from perennial.commerce.tests.shop import NOON, clock_at, make_customer, make_order, make_shop

LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def facts_of(customer) -> CustomerFacts:
    return CustomerFacts.objects.get(customer=customer)


def test_an_order_of_a_person_counts_for_the_company_too():
    shop = make_shop()
    make_order(shop.cleo, NOON - timedelta(days=3), "10.50")
    make_order(shop.company, NOON - timedelta(days=2), "4.50")
    with clock_at(NOON):
        refresh_facts([shop.cleo.pk])
    assert (facts_of(shop.cleo).order_count, facts_of(shop.cleo).spent) == (1, Decimal("10.50"))
    assert (facts_of(shop.company).order_count, facts_of(shop.company).spent) == (2, Decimal(15))


def test_returns_lower_what_was_spent_and_are_no_occasion():
    shop = make_shop()
    make_order(shop.cleo, NOON - timedelta(days=40), "100")
    make_order(shop.cleo, NOON - timedelta(days=10), "-30", kind="return")
    with clock_at(NOON):
        refresh_facts([shop.cleo.pk])
    facts = facts_of(shop.cleo)
    assert (facts.order_count, facts.return_count, facts.occasion_count) == (1, 1, 1)
    assert (facts.spent, facts.average_order) == (Decimal(70), Decimal(100))
    assert facts.last_order_at == NOON - timedelta(days=40)


def test_two_orders_on_one_day_are_one_occasion_in_the_firms_zone():
    shop = make_shop()
    midnight_in_london = NOON.replace(month=7, day=1, hour=23, minute=0)
    make_order(shop.cleo, midnight_in_london - timedelta(minutes=30), "1")
    make_order(shop.cleo, midnight_in_london + timedelta(minutes=30), "1")
    make_order(shop.cleo, midnight_in_london + timedelta(hours=10), "1")
    with clock_at(NOON):
        refresh_facts([shop.cleo.pk])
    assert facts_of(shop.cleo).occasion_count == 2


def test_what_was_spent_in_a_year_shrinks_by_itself():
    shop = make_shop()
    make_order(shop.cleo, NOON - YEAR + timedelta(days=2), "10")
    make_order(shop.cleo, NOON - timedelta(days=1), "5")
    with clock_at(NOON):
        refresh_facts([shop.cleo.pk])
        assert facts_of(shop.cleo).spent_year == 15
        assert facts_of(shop.cleo).next_flip_at == NOON + timedelta(days=2)
        assert refresh_due_facts() == 0
    with clock_at(NOON + timedelta(days=2, minutes=1)):
        assert refresh_due_facts() == 2  # Cleo and her company
        assert refresh_due_facts() == 0
    assert facts_of(shop.cleo).spent_year == 5
    assert facts_of(shop.company).spent_year == 5


def test_an_order_that_lies_ahead_counts_when_its_time_comes():
    shop = make_shop()
    make_order(shop.cleo, NOON + timedelta(hours=5), "10")
    with clock_at(NOON):
        refresh_facts([shop.cleo.pk])
        assert facts_of(shop.cleo).order_count == 0
    with clock_at(NOON + timedelta(hours=6)):
        refresh_due_facts()
    assert facts_of(shop.cleo).order_count == 1


def test_a_customer_whose_orders_are_gone_has_ordered_nothing():
    shop = make_shop()
    order = make_order(shop.cleo, NOON - timedelta(days=3), "10")
    with clock_at(NOON):
        refresh_facts([shop.cleo.pk])
        Order.objects.filter(pk=order.pk).update(deleted_at=NOON)
        refresh_facts([shop.cleo.pk])
    assert (facts_of(shop.cleo).order_count, facts_of(shop.cleo).spent, facts_of(shop.cleo).next_flip_at) == (
        0,
        0,
        None,
    )


def test_the_facts_are_what_a_slow_reading_of_the_orders_says():
    shop, random = make_shop(), Random(7)
    customers = [shop.cleo, shop.company, *(make_customer(f"Firm {number}") for number in range(8))]
    for _ in range(120):
        kind = random.choice(("order", "order", "order", "return"))
        amount = Decimal(random.randint(1, 99_999)) / 100
        make_order(random.choice(customers), NOON - timedelta(hours=random.randint(0, 24 * 700)),
                   -amount if kind == "return" else amount, kind=kind)  # fmt: skip
    for as_of in (NOON, NOON - timedelta(days=200)):
        refresh_all_facts(as_of=as_of)
        for customer in customers:
            _compare(customer, as_of)


def _compare(customer, as_of) -> None:
    buyers = [customer.pk, *customer.people.values_list("pk", flat=True)]
    orders = list(Order.objects.filter(customer_id__in=buyers, placed_at__lte=as_of))
    placed = [order for order in orders if order.kind == "order"]
    days = {order.placed_at.astimezone(LONDON).date() for order in placed}
    facts = CustomerFacts.objects.filter(customer=customer).first()
    if facts is None:
        assert not orders
        return
    assert facts.order_count == len(placed)
    assert facts.return_count == len(orders) - len(placed)
    assert facts.spent == sum(order.base_total for order in orders)
    assert facts.spent_year == sum(order.base_total for order in orders if order.placed_at > as_of - YEAR)
    assert facts.first_order_at == min((order.placed_at for order in placed), default=None)
    assert facts.last_order_at == max((order.placed_at for order in placed), default=None)
    if placed:
        average = sum((order.base_total for order in placed), Decimal(0)) / len(placed)
        assert abs(facts.average_order - average) < Decimal("0.0001")
    assert facts.occasion_count == len(days)
