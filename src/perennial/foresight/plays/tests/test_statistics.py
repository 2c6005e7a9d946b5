"""Effects and their intervals, on numbers whose answer is known. How often they are right is measured in `bench`."""

from __future__ import annotations

import random
from math import inf, isclose

from perennial.foresight.plays.statistics.arms import EMPTY, Arm, arm_of
from perennial.foresight.plays.statistics.effects import LEAST, anytime_factor, effect_of
from perennial.foresight.plays.statistics.money import least_worth, money_of
from perennial.foresight.plays.statistics.power import Before, effect_seen, people_needed, weeks_needed
from perennial.foresight.plays.statistics.quantiles import normal_probability, student_quantile
from perennial.foresight.plays.statistics.stopping import Verdict, verdict_of

PLANNED = 2_000


def _yes_no(count: int, share: float) -> Arm:
    return Arm(count, share, share * (1 - share) * count / (count - 1))


def test_nothing_is_said_of_too_few() -> None:
    assert effect_of(_yes_no(500, 0.4), _yes_no(LEAST - 1, 0.3), planned=PLANNED) is None
    assert effect_of(EMPTY, EMPTY, planned=PLANNED) is None
    assert verdict_of(None) is Verdict.EARLY


def test_the_difference_of_two_shares_has_the_interval_of_the_textbook() -> None:
    found = effect_of(_yes_no(1_000, 0.4), _yes_no(1_000, 0.3), planned=PLANNED, is_share=True)
    assert found is not None
    assert isclose(found.value, 0.1)
    assert isclose(found.at_end.low, 0.1 - 1.645 * (0.24 / 1000 + 0.21 / 1000) ** 0.5, abs_tol=2e-4)
    assert found.at_end.low > found.anytime.low
    assert found.at_end.high < found.anytime.high
    assert found.explained == 0


def test_the_time_before_makes_the_interval_narrower_and_takes_off_an_unlucky_draw() -> None:
    chance = random.Random(5)
    habits = [chance.gauss(100, 30) for _person in range(1_200)]
    after = [each + chance.gauss(0, 10) for each in habits]
    # Who was drawn as control had bought three more before: chance, not the play, which does nothing.
    treated = arm_of(after[:1_000], [each - 3 for each in habits[:1_000]])
    control = arm_of(after[1_000:], habits[1_000:])
    plain = effect_of(arm_of(after[:1_000]), arm_of(after[1_000:]), planned=1_200)
    found = effect_of(treated, control, planned=1_200)
    assert found is not None
    assert plain is not None
    assert found.explained > 0.8
    assert found.at_end.high - found.at_end.low < 0.5 * (plain.at_end.high - plain.at_end.low)
    assert isclose(found.plain, plain.plain)


def test_an_outcome_that_nobody_has_yet_is_not_taken_for_certain() -> None:
    found = effect_of(_yes_no(400, 0.0), _yes_no(60, 0.0), planned=PLANNED, is_share=True)
    assert found is not None
    assert not found.at_end.is_clear
    assert found.at_end.high > 0.01


def test_the_interval_for_every_look_is_wider_most_of_all_at_the_first_ones() -> None:
    factors = [anytime_factor(count, planned=PLANNED) for count in (60, 400, 2_000)]
    assert factors == sorted(factors, reverse=True)
    assert 2.7 < factors[-1] < 2.8
    assert anytime_factor(2_000, planned=PLANNED, confidence=0.99) > factors[-1]


def test_quantiles_are_those_of_the_tables() -> None:
    assert isclose(student_quantile(0.95, 10), 1.8125, abs_tol=1e-3)
    assert isclose(student_quantile(0.95, 1e9), 1.6449, abs_tol=1e-3)
    assert isclose(student_quantile(0.05, 10), -1.8125, abs_tol=1e-3)
    assert normal_probability(50) < 1


def test_what_a_play_can_see_and_how_long_that_takes() -> None:
    before = Before(mean=0.3, variance=0.21)
    needed = people_needed(0.05, before, control_share=0.15)
    assert 4_000 < needed < 4_200  # (1.645 + 0.842)² × 0.21 / (0.15 × 0.85) / 0.05²
    assert isclose(effect_seen(needed, before, control_share=0.15), 0.05, rel_tol=1e-3)
    assert people_needed(0.05, before, control_share=0.5) < needed
    assert people_needed(0.05, Before(0.3, 0.21, explained=0.5), control_share=0.15) < 0.51 * needed
    assert weeks_needed(needed, a_week=400, horizon_days=28) == 15
    assert weeks_needed(needed, a_week=0, horizon_days=28) == inf
    assert people_needed(0, before, control_share=0.15) == inf
    assert effect_seen(20, before, control_share=0.15) == inf


def test_a_harmful_play_stops_and_so_does_one_that_cannot_pay() -> None:
    harmful = effect_of(_yes_no(1_700, 0.20), _yes_no(300, 0.32), planned=PLANNED, is_share=True)
    useless = effect_of(_yes_no(17_000, 0.30), _yes_no(3_000, 0.30), planned=20_000, is_share=True)
    helpful = effect_of(_yes_no(1_700, 0.45), _yes_no(300, 0.30), planned=PLANNED, is_share=True)
    maybe = effect_of(_yes_no(1_700, 0.36), _yes_no(300, 0.30), planned=PLANNED, is_share=True)
    assert verdict_of(harmful, least_worth=0.1) is Verdict.HARM
    assert verdict_of(useless, least_worth=0.1) is Verdict.FUTILE
    assert verdict_of(useless) is Verdict.OPEN
    assert verdict_of(helpful, least_worth=0.1) is Verdict.HELPS
    assert verdict_of(maybe) is Verdict.OPEN
    assert verdict_of(maybe, is_end=True) is Verdict.LIKELY


def test_money_is_what_was_kept_less_what_it_cost() -> None:
    found = effect_of(_yes_no(1_000, 0.4), _yes_no(1_000, 0.3), planned=PLANNED, is_share=True)
    assert found is not None
    money = money_of(found, worth=50, cost_of_act=2, acts=900, interval=found.at_end)
    assert isclose(money.kept, 5_000)
    assert isclose(money.net, 3_200)
    assert money.interval.low < 3_200 < money.interval.high
    assert isclose(least_worth(worth=50, cost_of_act=2), 0.04)
    assert least_worth(worth=0, cost_of_act=2) == 0
