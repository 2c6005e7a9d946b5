"""What is expected of a shop's customers, from its orders by way of the lake to facts in lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perennial.commerce.models import Order
from perennial.commerce.tests.shop import Shop, clock_at, make_order, make_shop
from perennial.customers.models import Customer
from perennial.foresight.purchases.jobs import is_due
from perennial.foresight.purchases.keeping import about_how_many_buy, expect
from perennial.foresight.purchases.models import Expected, Fitted
from perennial.foresight.purchases.tests.shop import CLOSES, purchases
from perennial.foresight.training.choosing import horizon
from perennial.lake.exporting import export_all

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(CLOSES.year, CLOSES.month, CLOSES.day, 12, tzinfo=UTC)
DAYS = 90


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Shop:
    settings.LAKE_URL = str(tmp_path)
    return make_shop()


def trade(customers: int) -> list[Customer]:
    """They buy as the models say, until now."""
    buyers = Customer.objects.bulk_create(Customer(kind="person", name=f"Buyer {n}") for n in range(customers))
    Order.objects.bulk_create(
        Order(number=f"B{n}", source="test", customer=buyers[who], placed_at=at, kind="order", currency="GBP",
              total=round(amount, 2), base_total=round(amount, 2), line_count=1)
        for n, (who, at, amount) in enumerate(_bought(customers))
    )  # fmt: skip
    return buyers


def _bought(customers: int) -> list[tuple[int, datetime, float]]:
    who, when, amounts = purchases(customers, seed=11)
    at = [datetime.fromisoformat(f"{day}T10:00:00+00:00") for day in when]
    return list(zip(who.tolist(), at, amounts.tolist(), strict=True))


def test_everybody_who_ever_bought_is_told_of(shop: Shop) -> None:
    buyers = trade(400)
    make_order(shop.cleo, NOW - timedelta(days=20), 500)
    with clock_at(NOW):
        export_all()
        fitted = expect(days=DAYS)
    assert fitted.is_used
    assert fitted.check["brier"] < fitted.check["brier_of_all"]
    assert fitted.check["covered"] > 0.85
    told = {each.pk: each for each in Expected.objects.all()}
    assert set(told) == {each.pk for each in buyers} | {shop.cleo.pk, shop.company.pk}  # whose company it counts for
    assert told[shop.cleo.pk].chance == told[shop.company.pk].chance
    for each in told.values():
        assert 0 <= each.chance <= 100
        assert each.worth_low <= each.worth <= each.worth_high or each.worth_high == 0
        assert each.at_stake >= 0
        assert each.next_at is None or (each.late_at is None or each.next_at < each.late_at)
    came = np.mean([band["came"] for band in fitted.check["bands"]])
    assert came == pytest.approx(np.mean([float(each.chance) / 100 for each in told.values()]), abs=0.1)


def test_what_is_said_is_of_the_beginning_of_the_day_and_of_whoever_is_there(shop: Shop) -> None:
    buyers = trade(150)
    with clock_at(NOW):
        export_all()
        expect(days=DAYS)
        first = list(Expected.objects.order_by("pk").values())
        make_order(shop.cleo, NOW - timedelta(minutes=30), 500)
        expect(days=DAYS)
        assert list(Expected.objects.order_by("pk").values()) == first
        Customer.objects.filter(pk=buyers[0].pk).update(deleted_at=NOW)
        Order.objects.filter(customer=buyers[1]).update(deleted_at=NOW)
        export_all()
        expect(days=DAYS)
    assert Fitted.objects.count() == 3
    assert {row["customer_id"] for row in first} - {each.pk for each in Expected.objects.all()} == {
        buyers[0].pk, buyers[1].pk
    }  # fmt: skip


def test_where_too_little_was_bought_nothing_is_said(shop: Shop) -> None:
    with clock_at(NOW):
        export_all()
        assert not expect(days=DAYS).is_used
        make_order(shop.cleo, NOW - timedelta(days=20), 500)
        export_all()
        assert not expect(days=DAYS).is_used
    assert not Expected.objects.exists()


def test_it_is_due_each_day_and_when_buyers_or_the_horizon_have_become_others(shop: Shop) -> None:
    assert is_due()
    with clock_at(NOW):
        fitted = Fitted.objects.create(
            as_of=NOW, days=horizon(), customers=1, buyers=about_how_many_buy(), numbers={}, check={}, is_used=False
        )
        assert not is_due()
        for change in ({"days": 30}, {"buyers": 10_000_000}, {"as_of": NOW - timedelta(days=1)}):
            Fitted.objects.filter(pk=fitted.pk).update(**change)
            assert is_due()
            Fitted.objects.filter(pk=fitted.pk).update(as_of=NOW, days=fitted.days, buyers=fitted.buyers)
    with clock_at(NOW + timedelta(days=1)):
        assert is_due()
