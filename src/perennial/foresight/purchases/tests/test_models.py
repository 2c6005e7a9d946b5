"""Both models find the numbers of a shop that is known, and what they then say comes true."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pytest

from perennial.foresight.purchases.buying import Buying, fit_buying
from perennial.foresight.purchases.fitting import NoFit
from perennial.foresight.purchases.histories import Histories, Numbers, histories
from perennial.foresight.purchases.spending import Spending, fit_spending
from perennial.foresight.purchases.tests.shop import BUYING, CLOSES, SPENDING, purchases
from perennial.foresight.purchases.worth import worth_within

DAYS = 180
SEEN_UNTIL = CLOSES - timedelta(days=DAYS)


class _Shop(NamedTuple):
    known: Histories
    bought: Numbers  # days with a purchase after SEEN_UNTIL
    paid: Numbers


@pytest.fixture(scope="module")
def shop() -> _Shop:
    who, when, amounts = purchases(6_000, seed=4)
    known = histories(who, when, amounts, as_of=SEEN_UNTIL)
    later = when > np.datetime64(SEEN_UNTIL, "D")
    days = np.unique(np.stack([who[later], when[later].astype(np.int64)]), axis=1)[0]
    of = len(known)
    return _Shop(
        known, np.bincount(days, minlength=of)[:of], np.bincount(who[later], amounts[later], minlength=of)[:of]
    )


def test_the_numbers_of_the_shop_are_found(shop: _Shop) -> None:
    buying, spending = fit_buying(shop.known), fit_spending(shop.known)
    assert buying.r == pytest.approx(BUYING.r, rel=0.15)
    assert buying.alpha == pytest.approx(BUYING.alpha, rel=0.15)
    assert buying.a / (buying.a + buying.b) == pytest.approx(BUYING.a / (BUYING.a + BUYING.b), rel=0.1)
    assert buying.log_likelihood(shop.known) >= BUYING.log_likelihood(shop.known)
    typical, found = SPENDING.p * SPENDING.v / (SPENDING.q - 1), spending.p * spending.v / (spending.q - 1)
    assert found == pytest.approx(typical, rel=0.05)


def test_what_is_foretold_comes_true(shop: _Shop) -> None:
    chance = BUYING.buys_within(shop.known, DAYS)
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 1.0)):
        told = (chance >= low) & (chance < high)
        assert (shop.bought[told] > 0).mean() == pytest.approx(chance[told].mean(), abs=0.04)
    expected = BUYING.purchases_within(shop.known, DAYS)
    assert expected.sum() == pytest.approx(shop.bought.sum(), rel=0.05)


def test_the_interval_of_worth_holds_what_it_says(shop: _Shop) -> None:
    worth = worth_within(shop.known, BUYING, SPENDING, days=DAYS)
    assert worth.expected.sum() == pytest.approx(shop.paid.sum(), rel=0.07)
    assert 0.89 <= ((shop.paid >= worth.low) & (shop.paid <= worth.high)).mean() <= 0.99
    again = worth_within(shop.known, BUYING, SPENDING, days=DAYS)
    assert np.array_equal(worth.high, again.high)


def test_half_of_those_still_alive_have_bought_by_the_middle_day(shop: _Shop) -> None:
    middle = BUYING.next_purchase(shop.known, 0.5)
    alive = BUYING.alive(shop.known)
    for place in (0, 17, 4_000):
        one = shop.known.of(np.array([place]))
        assert BUYING.buys_within(one, middle[place])[0] == pytest.approx(alive[place] / 2)


@pytest.mark.parametrize("repeats", [0.0, 1.0, 40.0, 5_000.0])
def test_a_customer_of_any_diligence_gets_a_finite_answer(repeats: float) -> None:
    one = Histories(*(np.array([value]) for value in (1.0, repeats, repeats and 100.0, 130.0, 50.0)))
    for buying in (BUYING, Buying(0.24, 30.9, 1.0, 2.4), Buying(0.1, 5.0, 3.0, 0.5)):
        within = buying.purchases_within(one, 90)[0]
        assert np.isfinite(within)
        assert within >= 0
        assert 0 <= buying.buys_within(one, 90)[0] <= 1
    assert SPENDING.amount(one)[0] > 0


def test_the_longer_the_silence_the_fewer_are_alive() -> None:
    silent = Histories(
        *(np.array(part) for part in ([1, 2, 3], [4.0] * 3, [80.0] * 3, [81.0, 120.0, 400.0], [5.0] * 3))
    )
    alive = BUYING.alive(silent)
    assert alive[0] > alive[1] > alive[2]
    assert BUYING.alive(silent.of(np.array([0])))[0] < 1


def test_a_shop_where_nobody_came_back_is_told_so() -> None:
    once = histories(np.arange(50), np.full(50, np.datetime64("2026-01-01")), np.ones(50), as_of=date(2026, 3, 1))
    for fit in (fit_buying, fit_spending):
        with pytest.raises(NoFit, match="bought again"):
            fit(once)


def test_a_shop_that_nobody_leaves_is_told_of_too() -> None:
    draw = np.random.default_rng(3)
    repeats = draw.poisson(draw.gamma(2.0, 1.5, 500)).astype(float)
    age = np.full(500, 200.0)
    last = np.where(repeats > 0, age * draw.beta(np.maximum(repeats, 1), 1), 0.0)
    known = Histories(np.arange(500), repeats, last, age, np.full(500, np.nan))
    buying = fit_buying(known)
    assert buying.a / (buying.a + buying.b) < 0.02
    assert buying.alive(known).mean() > 0.95
    assert buying.purchases_within(known, 200).sum() == pytest.approx(repeats.sum(), rel=0.1)


def test_who_always_pays_the_same_does_not_break_the_model() -> None:
    known = Histories(np.arange(40), np.full(40, 3.0), np.full(40, 30.0), np.full(40, 60.0), np.full(40, 20.0))
    try:
        found: Spending | None = fit_spending(known)
    except NoFit:
        found = None
    assert found is None or np.allclose(found.amount(known), 20.0, rtol=0.02)
