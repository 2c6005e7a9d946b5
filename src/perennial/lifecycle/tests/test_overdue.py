"""How far past their rhythm customers are: by orders and by time alone, compared with the plain division."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from random import Random

import pytest

from perennial.customers.models import Customer
from perennial.customers.objects import CUSTOMER
from perennial.lifecycle.models import Overdue, State
from perennial.lifecycle.overdue import LARGEST, follow_overdue
from perennial.lifecycle.tests.shop import computed, day, deleted, empty, known, open_shop, ordered
from perennial.objects import query
from perennial.workspace.actor import SYSTEM

pytestmark = pytest.mark.django_db


def plainly(customer: Customer, now: datetime) -> Decimal | None:
    """The gaps that have passed, in tenths up to ten, then whole."""
    state = State.objects.filter(customer=customer).first()
    if state is None or state.last_order_at is None or state.usual_gap_days is None:
        return None
    days = Decimal((now - state.last_order_at) / timedelta(microseconds=1)) / 86_400_000_000
    gaps = days / max(state.usual_gap_days, Decimal(1)) + Decimal("0.000001")
    step = Decimal("0.1") if gaps < 10 else Decimal(1)
    return min((gaps / step).to_integral_value(ROUND_FLOOR) * step, Decimal(LARGEST))


def keep() -> None:
    for _turn in range(200):
        if not follow_overdue():
            return
    raise AssertionError("it never comes to rest")


def test_the_ratio_is_the_plain_division_at_any_time() -> None:
    random = Random(3)
    empty()
    open_shop(now=day(300))
    customers = [known(f"C{number}") for number in range(6)]
    for customer in customers[:5]:
        for _order in range(random.randint(1, 6)):
            ordered(customer, day(random.randint(0, 299) + random.random()), 100)
    computed(*customers)
    assert Overdue.objects.count() == 5
    for at in (300, 300.01, 303, 310, 350, 500, 900, 9_000):
        open_shop(now=day(at))
        keep()
        for customer in customers:
            found = Overdue.objects.filter(customer=customer).first()
            assert (found.ratio if found else None) == plainly(customer, day(at)), (customer.name, at)


def test_an_order_begins_anew_and_its_going_takes_it_back() -> None:
    empty()
    open_shop(now=day(400))
    cleo = known("Cleo")
    ordered(cleo, day(0), 100)
    last = ordered(cleo, day(398), 100)
    computed(cleo)
    assert Overdue.objects.get(customer=cleo).ratio < 1
    deleted(last, at=day(399))
    computed(cleo)
    late = Overdue.objects.get(customer=cleo)
    assert late.ratio > 1
    assert late.due_at < day(400)


def test_lists_are_sorted_by_it_and_somebody_who_never_ordered_comes_last() -> None:
    empty()
    open_shop(now=day(100))
    late, lately, never = known("Late"), known("Lately"), known("Never")
    ordered(late, day(10), 100)
    ordered(lately, day(95), 100)
    computed(late, lately, never)
    columns = ["fact:lifecycle.overdue_ratio", "fact:lifecycle.days_overdue", "fact:commerce.since_last_order",
               "fact:lifecycle.stage_time", "fact:customers.tenure"]  # fmt: skip
    rows = query.select(CUSTOMER, by=SYSTEM, columns=columns, sort="-fact:lifecycle.overdue_ratio").rows
    assert [row.title for row in rows] == ["Late", "Lately", "Never"]
    assert rows[2].values["fact:lifecycle.overdue_ratio"] is None
    assert all(row.values["fact:customers.tenure"] for row in rows)
