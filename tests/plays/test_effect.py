"""What a play did: outcomes from the lake, each over their own horizon; looks, money, and stops."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import isclose

import pytest

from perennial.foresight.plays.defining import start_play
from perennial.foresight.plays.enrolling import enrol_more
from perennial.foresight.plays.looks import see, take_look
from perennial.foresight.plays.models import Enrolment, Look, Play
from perennial.foresight.plays.outcomes import Entered, arms_of, cap_of
from perennial.foresight.plays.planning import plan_of
from perennial.foresight.plays.queries import looks_of, standing_of
from perennial.foresight.plays.statistics import effects
from perennial.foresight.plays.statistics.stopping import Verdict
from perennial.foundation.sql import execute
from perennial.lake.exporting import export_all
from perennial.lifecycle.tests.shop import day, ordered
from perennial.metrics.making import metric_by_key
from perennial.timeline.models import Notification
from perennial.workspace.actor import SYSTEM
from tests.plays.conftest import PEOPLE, Shop, at, play

HORIZON = timedelta(days=30)


def test_each_outcome_is_counted_over_its_own_time(shop: Shop) -> None:
    """A quarter ordered on days 20 and 80: 20 and then 30."""
    people = [each.pk for each in shop.people]
    orders, revenue = metric_by_key("commerce.orders"), metric_by_key("commerce.revenue")
    entered = [Entered(id, number % 2 == 1, day(70)) for number, id in enumerate(people)]
    treated, control = arms_of(entered, orders, horizon=HORIZON)
    assert (treated.count, treated.mean, control.mean) == (20, 0.5, 0.0)
    assert treated.earlier_mean == 0  # day 20 lies before the thirty days
    treated, _control = arms_of(entered, revenue, horizon=timedelta(days=60))
    assert (treated.mean, treated.earlier_mean) == (15, 10)
    assert isclose(treated.covariance, treated.earlier_variance * 1.5)
    treated, _control = arms_of(entered, revenue, horizon=timedelta(days=60), cap=24)
    assert (treated.mean, treated.earlier_mean) == (12, 10)
    assert cap_of(entered, revenue, horizon=HORIZON) == 30
    assert cap_of(entered, orders, horizon=HORIZON) is None
    late = [Entered(people[0], False, day(80) + timedelta(seconds=1))]
    assert arms_of(late, orders, horizon=HORIZON)[0].mean == 0


def test_the_plan_is_made_of_what_happened_to_those_who_were_eligible_then(shop: Shop) -> None:
    plan = plan_of(play(shop), by=SYSTEM)  # thirty days before day 100 is day 70
    assert (plan.eligible, plan.looked_at, plan.before.mean) == (PEOPLE, PEOPLE, 0.25)
    assert plan.people > 200
    assert plan.weeks is not None
    assert plan.weeks > 4


def _run_out(shop: Shop, *, more: bool) -> Play:
    """A play over many customers whose horizon is over, of whom the treated did better, or worse."""
    started = start_play(play(shop, control_share=0.5, owner=shop.cast.ben_user.pk), by=shop.cast.ada)
    enrol_more(started, now=shop.started)
    Play.objects.filter(pk=started.pk).update(planned=PEOPLE)
    for each in Enrolment.objects.filter(play=started, is_control=not more):
        customer = next(person for person in shop.people if person.pk == each.record_id)
        ordered(customer, shop.started + timedelta(days=3), Decimal(25))
    at(shop.started + timedelta(days=31))
    export_all()
    return Play.objects.get(pk=started.pk)


def test_a_look_tells_the_truth_stands_for_ever_and_is_not_taken_twice(shop: Shop) -> None:
    started = _run_out(shop, more=True)
    now = shop.started + timedelta(days=31)
    seen = see(started, now=now)
    assert (seen.treated.mean, seen.control.mean) == (1, 0)
    assert seen.verdict is Verdict.EARLY  # forty people are too few to say anything
    first, second = take_look(started, now=now), take_look(started, now=now)
    assert first.pk == second.pk
    assert (first.effect, first.verdict) == (None, "early")
    assert not see(started, now=shop.started + timedelta(days=29)).treated.count  # nobody's horizon is over


def test_a_play_that_harms_stops_itself_and_tells_its_owner(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "LEAST", 10)
    started = _run_out(shop, more=False)
    now = shop.started + timedelta(days=31)
    look = take_look(started, now=now)
    assert look.verdict == "harm"
    assert look.high is not None
    assert look.high < 0
    assert look.is_end
    assert look.net is not None
    assert look.net < 0
    stopped = Play.objects.get(pk=started.pk)
    assert (stopped.state, stopped.paused_why != "") == (Play.State.PAUSED, True)
    told = set(Notification.objects.values_list("user_id", flat=True))
    assert told == {shop.cast.ada_user.pk, shop.cast.ben_user.pk}


def test_numbers_are_for_those_who_see_everybody(shop: Shop) -> None:
    started = start_play(play(shop), by=shop.cast.ada)
    enrol_more(started, now=shop.started)
    execute("INSERT INTO foresight_look (play_id, day, at, treated, control, acts, treated_mean, control_mean, verdict,"
            " is_end) VALUES (%s, '2011-05-01', now(), 1, 1, 1, 0, 0, 'early', false)", [started.pk])  # fmt: skip
    standing = standing_of(started, by=shop.cast.ada)
    assert standing is not None
    assert (standing.entered, standing.eligible) == (PEOPLE, 0)
    assert Look.objects.count() == len(looks_of(started, by=shop.cast.ada)) == 1
    for person in (shop.cast.ben, shop.cast.dov):
        assert standing_of(started, by=person) is None
        assert looks_of(started, by=person) == []
