"""What the truth says agrees with what happens."""

from __future__ import annotations

import numpy as np
import pytest

from perennial.server.simulation.model import ANSWERS, DAY, NEVER, REASONS, Lives, Model, draw_lives
from perennial.server.simulation.truth import uplift

END = 1_793_491_200 * 1_000_000
MODEL = Model()
PEOPLE = 60_000


@pytest.fixture(scope="module")
def lives() -> Lives:
    return drawn(7)


def drawn(seed: int, people: int = PEOPLE) -> Lives:
    return draw_lives(people, end=END, random=np.random.default_rng(seed), model=MODEL)


def window(lives: Lives, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Orders of each person within the window of a campaign, and whom it reached."""
    campaign = MODEL.campaigns[number]
    starts = END - campaign.days_before_end * DAY
    within = (lives.orders.at >= starts) & (lives.orders.at < starts + campaign.window_days * DAY)
    return np.bincount(lives.orders.who[within], minlength=PEOPLE), lives.reached[:, number]


def test_the_same_seed_gives_the_same_lives() -> None:
    one, two, other = drawn(3, 2_000), drawn(3, 2_000), drawn(4, 2_000)
    assert all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ("arrived", "left", "answer"))
    assert np.array_equal(one.orders.at, two.orders.at)
    assert not np.array_equal(one.arrived, other.arrived)


def test_people_order_at_their_own_rate_for_as_long_as_they_stay(lives: Lives) -> None:
    """Orders after the first, against rate times the time in which they could have been placed."""
    habit = lives.orders.campaign == 0
    who, at = lives.orders.who[habit], lives.orders.at[habit]
    count, first, last = np.bincount(who, minlength=PEOPLE), np.full(PEOPLE, NEVER), np.zeros(PEOPLE, np.int64)
    np.minimum.at(first, who, at)
    np.maximum.at(last, who, at)
    after_an_order = ~np.isin(lives.reason, [REASONS.index(""), REASONS.index("moved_away")])
    until = np.where(after_an_order, last, np.minimum(lives.left, END))
    those = (count > 0) & (lives.answer != ANSWERS.index("sleeping_dog"))
    years = (until - first)[those] / (365 * DAY)
    assert (count[those] - 1).sum() == pytest.approx((lives.rate[those] * years).sum(), rel=0.02)


def test_nobody_orders_before_they_come_or_after_they_left(lives: Lives) -> None:
    orders = lives.orders
    assert (orders.at >= lives.arrived[orders.who]).all()
    assert (orders.at < np.minimum(lives.left, END)[orders.who]).all()
    assert (np.diff(orders.at) >= 0).all()


def test_an_experiment_finds_the_uplift_that_the_truth_tells(lives: Lives) -> None:
    found, told = [], []
    for number in range(len(MODEL.campaigns)):
        orders, reached = window(lives, number)
        treated = lives.treated[:, number]
        found.append(orders[treated].mean() - orders[reached & ~treated].mean())
        told.append(uplift(lives, number, MODEL)[reached].mean())
    assert np.mean(found) == pytest.approx(np.mean(told), abs=0.008)
    assert np.mean(told) > 0.02


def test_a_discount_drives_sleeping_dogs_away_and_leaves_others_as_they_were(lives: Lives) -> None:
    gain = {}
    for answer, name in enumerate(ANSWERS):
        differences = []
        for number in range(len(MODEL.campaigns)):
            orders, reached = window(lives, number)
            those, treated = reached & (lives.answer == answer), lives.treated[:, number]
            differences.append(orders[those & treated].mean() - orders[those & ~treated].mean())
        gain[name] = np.mean(differences)
    assert gain["persuadable"] == pytest.approx(0.2, abs=0.02)
    assert abs(gain["sure"]) < 0.01
    assert abs(gain["lost_cause"]) < 0.01
    assert gain["sleeping_dog"] < -0.005


def test_putting_a_complaint_right_keeps_customers(lives: Lives) -> None:
    orders = lives.orders
    left = {right: reason_of(lives, orders.who[orders.complained & (orders.put_right == right)], "complaint")
            for right in (True, False)}  # fmt: skip
    assert left[False] == pytest.approx(0.4, abs=0.1)
    assert left[True] < left[False] / 2


def reason_of(lives: Lives, who: np.ndarray, reason: str) -> float:
    """The share of them who left for this reason."""
    return float((lives.reason[who] == REASONS.index(reason)).mean())
