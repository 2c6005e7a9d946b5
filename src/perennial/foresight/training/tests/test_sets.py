"""Training sets: who, what was known and what came of it, against a slow count; and nothing from after the instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from perennial.commerce.models import Order
from perennial.customers.models import Customer
from perennial.foresight.predictions import LEAVING
from perennial.foresight.training.sets import TrainingSet, training_set
from perennial.foresight.training.tests.shop import DAYS, changed, day, empty, open_with, order_of, settle
from perennial.lake.reader import open_lake

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = [day(300), day(200), day(100)]


@pytest.fixture
def people(settings: Any, tmp_path: Path) -> Iterator[list[Customer]]:
    settings.LAKE_URL = str(tmp_path / "lake")
    yield open_with(60)
    empty()


def drawn() -> TrainingSet:
    with open_lake() as lake:
        found = training_set(lake, LEAVING, [*ASKED, day(5)], days=DAYS)
    assert found is not None
    return found


def test_it_says_who_was_there_what_was_known_and_what_came_of_it(people: list[Customer]) -> None:
    found = drawn()
    assert found.instants == tuple(ASKED)  # on the fifth day there was no history yet
    for instant in ASKED:
        part = found.at(instant)
        orders = Order.objects.filter(kind="order", placed_at__lte=instant)
        lately = set(orders.filter(placed_at__gt=instant - timedelta(days=DAYS)).values_list("customer_id", flat=True))
        came = set(Order.objects.filter(placed_at__gt=instant, placed_at__lte=instant + timedelta(days=DAYS))
                   .values_list("customer_id", flat=True))  # fmt: skip
        assert set(part.ids.tolist()) == lately
        assert {each for each, left in zip(part.ids, part.dataset.outcome, strict=True) if not left} == lately & came
        rows = part.dataset.features.to_pylist()
        for record, row in list(zip(part.ids.tolist(), rows, strict=True))[:10]:
            mine = orders.filter(customer_id=record)
            last = max(mine.values_list("placed_at", flat=True))
            assert row["fact:commerce.order_count"] == mine.count()
            assert row["fact:commerce.last_order_at"] == pytest.approx((instant - last) / timedelta(days=1), abs=1e-6)


def test_no_feature_sees_past_its_instant(people: list[Customer]) -> None:
    """Whatever happens after the latest instant, orders, returns and changes of the records, the table stays the same,
    to its fingerprint; only what came of it may differ."""
    before = drawn()
    after = ASKED[0] + timedelta(days=DAYS)
    orders = [order_of(person, 331 + number % 60, 9_999, 10_000 + number) for number, person in enumerate(people)]
    orders += [order_of(person, 390, -9_999, 20_000 + number, kind="return") for number, person in enumerate(people)]
    Order.objects.bulk_create(orders)
    for person in people[:10]:
        changed(person, at=after + timedelta(days=1), country="FR")
    settle()
    again = drawn()
    assert again.fingerprint == before.fingerprint
    Order.objects.bulk_create(order_of(person, 300.5, 1, 30_000 + n) for n, person in enumerate(people))
    settle()
    last = drawn()
    assert last.dataset.features.equals(before.dataset.features)
    assert not last.at(ASKED[0]).dataset.outcome.any()
    assert before.at(ASKED[0]).dataset.outcome.any()
