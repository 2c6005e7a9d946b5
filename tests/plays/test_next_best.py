"""Which play is the next best for a customer, and what a person says to it."""

from __future__ import annotations

import pytest

from perennial.customers.models import Task
from perennial.customers.objects import CUSTOMER
from perennial.foresight.plays.assignment import is_control
from perennial.foresight.plays.defining import start_play
from perennial.foresight.plays.models import Decline, Enrolment, Look
from perennial.foresight.plays.next_best import next_best, next_best_for
from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.objects.running import run_action, undo_run
from tests.plays.conftest import Shop, play

DO, DECLINE = "foresight.do_play", "foresight.decline_play"


def test_the_play_that_brings_most_comes_first_and_only_where_its_rule_holds(shop: Shop) -> None:
    small = start_play(play(shop, name="Small", is_by_hand=True, prior=0.1), by=shop.cast.ada)
    large = start_play(play(shop, name="Large", is_by_hand=True, prior=0.4), by=shop.cast.ada)
    start_play(play(shop, name="Loss", is_by_hand=True, prior=0.01), by=shop.cast.ada)  # 0.50 for 2.00
    start_play(play(shop, name="Elsewhere", is_by_hand=True, rule='country = "GB"'), by=shop.cast.ada)
    start_play(play(shop, name="By itself"), by=shop.cast.ada)
    one = shop.people[0].pk
    offers = next_best_for(CUSTOMER, one, by=shop.cast.ben)
    assert [each.play.pk for each in offers] == [large.pk, small.pk]
    assert [each.gain.net for each in offers] == [18, 3]
    assert not offers[0].gain.is_measured
    Look.objects.create(
        play=small, day="2011-04-01", at=shop.started, treated=900, control=300, acts=900, treated_mean=0.9,
        control_mean=0.2, effect=0.7, low=0.6, high=0.8, end_low=0.6, end_high=0.8, verdict="helps",
    )  # fmt: skip
    best = next_best_for(CUSTOMER, one, by=shop.cast.ben)[0]
    assert (best.play.pk, best.gain.is_measured, round(best.gain.net)) == (small.pk, True, 33)
    assert next_best_for(CUSTOMER, one, by=shop.cast.dov) == []
    many = next_best(shop.cast.ben, limit=5)
    assert len(many) == 5
    assert {each.play.pk for each in many} == {small.pk}
    assert next_best(shop.cast.ada, owned=[shop.cast.ada_user.pk]) == []
    assert len(next_best(shop.cast.ada, owned=[shop.cast.ben_user.pk], limit=3)) == 3


def test_one_click_draws_and_acts_and_a_control_is_left_alone(shop: Shop) -> None:
    started = start_play(play(shop, is_by_hand=True, control_share=0.5), by=shop.cast.ada)
    ids = [each.pk for each in shop.people]
    run = run_action(DO, ids[:20], {"play": started.pk}, by=shop.cast.ben, on=CUSTOMER.key)
    told = {each.id: each.data["is_control"] for each in run.results}
    assert told == {id: is_control(started.draw_key, id, 0.5) for id in ids[:20]}
    assert set(Task.objects.values_list("customer_id", flat=True)) == {id for id, held in told.items() if not held}
    again = run_action(DO, ids[:1], {"play": started.pk}, by=shop.cast.ben, on=CUSTOMER.key)
    assert again.results[0].code == "not_eligible"
    with pytest.raises(NotFound):
        run_action(DO, ids[20:21], {"play": started.pk}, by=shop.cast.dov, on=CUSTOMER.key)
    for unknown in (started.pk + 999, 0, "x"):
        with pytest.raises(Invalid):
            run_action(DO, ids[20:21], {"play": unknown}, by=shop.cast.ben, on=CUSTOMER.key)
    assert Enrolment.objects.count() == 20


def test_a_week_that_is_full_takes_nobody_more(shop: Shop) -> None:
    started = start_play(play(shop, is_by_hand=True, capacity=1, control_share=0.05), by=shop.cast.ada)
    treated = next(each.pk for each in shop.people if not is_control(started.draw_key, each.pk, 0.05))
    run_action(DO, [treated], {"play": started.pk}, by=shop.cast.ben, on=CUSTOMER.key)
    assert next_best_for(CUSTOMER, shop.people[5].pk, by=shop.cast.ben) == []
    with pytest.raises(Conflict):
        run_action(DO, [shop.people[5].pk], {"play": started.pk}, by=shop.cast.ben, on=CUSTOMER.key)


def test_who_was_left_out_does_not_enter_and_the_play_falls_behind(shop: Shop) -> None:
    first = start_play(play(shop, name="First", is_by_hand=True, prior=0.41), by=shop.cast.ada)
    second = start_play(play(shop, name="Second", is_by_hand=True, prior=0.4), by=shop.cast.ada)
    one, other = shop.people[0].pk, shop.people[1].pk
    said = {"play": first.pk, "reason": "not_wanted", "note": "Asked not to be called"}
    run = run_action(DECLINE, [one], said, by=shop.cast.ben, on=CUSTOMER.key)
    assert run.results[0].is_done
    assert [each.play.pk for each in next_best_for(CUSTOMER, one, by=shop.cast.ben)] == [second.pk]
    assert [each.play.pk for each in next_best_for(CUSTOMER, other, by=shop.cast.ben)] == [second.pk, first.pk]
    left = run_action(DO, [one], {"play": first.pk}, by=shop.cast.ben, on=CUSTOMER.key)
    assert left.results[0].code == "not_eligible"
    with pytest.raises(Invalid):
        run_action(DECLINE, [one], {**said, "reason": "dislike"}, by=shop.cast.ben, on=CUSTOMER.key)
    with pytest.raises(NotFound):
        run_action(DECLINE, [other], said, by=shop.cast.dov, on=CUSTOMER.key)
    undo_run(run.id, by=shop.cast.ben)
    assert not Decline.objects.exists()
    assert len(next_best_for(CUSTOMER, one, by=shop.cast.ben)) == 2
