"""Who enters a play, in which arm, in whose turn, and what is done with them: once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from perennial.customers.models import Task
from perennial.foresight.plays.acting import act_waiting
from perennial.foresight.plays.assignment import is_control
from perennial.foresight.plays.defining import pause_play, start_play
from perennial.foresight.plays.enrolling import enrol_more
from perennial.foresight.plays.models import Enrolment, Play
from perennial.foresight.plays.running import run_plays, turn_of
from perennial.foundation.sql import execute, fetch
from perennial.workspace.models import User
from tests.plays.conftest import PEOPLE, Shop, at, play


def test_everybody_eligible_enters_once_and_only_the_treated_are_acted_on(shop: Shop) -> None:
    started = start_play(play(shop, control_share=0.3), by=shop.cast.ada)
    turn_of(started, now=shop.started)
    entered = Enrolment.objects.filter(play=started)
    assert entered.count() == PEOPLE
    assert {each.record_id: each.is_control for each in entered} == {
        each.pk: is_control(started.draw_key, each.pk, 0.3) for each in shop.people
    }
    treated = {each.record_id for each in entered if not each.is_control}
    assert set(Task.objects.values_list("customer_id", flat=True)) == treated
    assert set(Task.objects.values_list("owner_id", flat=True)) == {shop.cast.ben_user.pk}
    assert entered.filter(is_control=True, acted_at=None, state="control").count() == PEOPLE - len(treated)
    turn_of(Play.objects.get(pk=started.pk), now=shop.started)
    enrol_more(started, now=shop.started)
    assert (entered.count(), Task.objects.count()) == (PEOPLE, len(treated))


def test_what_a_play_does_stands_in_the_change_log_under_its_name(shop: Shop) -> None:
    started = start_play(play(shop), by=shop.cast.ada)
    turn_of(started, now=shop.started)
    actors = fetch("SELECT DISTINCT actor FROM timeline_change WHERE object_key = 'customers.task'")
    assert actors == [(f"play:{started.pk}",)]
    told = fetch("SELECT kind, actor FROM timeline_change WHERE object_key = 'foresight.play' ORDER BY id")
    assert told == [("create", shop.cast.ada.log_name), ("configure", shop.cast.ada.log_name)]


def test_the_week_has_room_for_so_many_and_those_with_most_at_stake_come_first(shop: Shop) -> None:
    started = start_play(play(shop, capacity=5, control_share=0.5), by=shop.cast.ada)
    for _turn in range(20):
        enrol_more(started, now=shop.started)
        act_waiting(started, now=shop.started)
    done = Enrolment.objects.filter(play=started, state="done")
    assert done.count() == 5
    worth = {each.pk: each.worth for each in shop.people}
    entered = {worth[each.record_id] for each in Enrolment.objects.filter(play=started)}
    assert min(entered) > max(set(worth.values()) - entered)
    act_waiting(started, now=shop.started)
    assert done.count() == 5
    at(later := shop.started.replace(day=shop.started.day + 7))
    enrol_more(started, now=later)
    act_waiting(started, now=later)
    assert done.count() > 5


def test_plays_of_one_pool_share_nobody_while_a_horizon_lasts(shop: Shop) -> None:
    first, second = (start_play(play(shop, name=name), by=shop.cast.ada) for name in ("One", "Two"))
    other = start_play(play(shop, name="Apart", pool=""), by=shop.cast.ada)
    assert enrol_more(first, now=shop.started) == PEOPLE
    assert enrol_more(second, now=shop.started) == 0
    assert enrol_more(other, now=shop.started) == PEOPLE
    assert enrol_more(second, now=Enrolment.objects.filter(play=first)[0].until) == PEOPLE


def test_a_crash_leaves_both_the_act_and_its_mark_or_neither(shop: Shop) -> None:
    started = start_play(play(shop), by=shop.cast.ada)
    enrol_more(started, now=shop.started)
    with pytest.raises(ZeroDivisionError):
        _act_and_crash(started, shop)
    assert (Task.objects.count(), Enrolment.objects.filter(state="done").count()) == (0, 0)
    treated = act_waiting(started, now=shop.started).people
    assert Task.objects.count() == treated == Enrolment.objects.filter(state="done").count()


def _act_and_crash(started: Play, shop: Shop) -> None:
    with transaction.atomic():
        assert act_waiting(started, now=shop.started).people > 0
        raise ZeroDivisionError


def test_a_control_is_never_marked_as_treated(shop: Shop) -> None:
    started = start_play(play(shop, control_share=0.5), by=shop.cast.ada)
    enrol_more(started, now=shop.started)
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("UPDATE foresight_enrolment SET state = 'done' WHERE is_control")


def test_a_play_that_may_not_act_any_more_stops_and_says_why(shop: Shop) -> None:
    started = start_play(play(shop, owner=shop.cast.ben_user.pk), by=shop.cast.ada)
    User.objects.filter(pk=shop.cast.ada_user.pk).update(role_id=shop.cast.dov_user.role_id)
    enrol_more(started, now=shop.started)
    run_plays()
    stopped = Play.objects.get(pk=started.pk)
    assert Task.objects.count() == 0
    assert stopped.state == Play.State.RUNNING  # nobody may be seen, so nobody enters, and nothing was refused


def test_a_paused_play_lets_nobody_in(shop: Shop) -> None:
    started = start_play(play(shop), by=shop.cast.ada)
    pause_play(started, by=shop.cast.ada)
    run_plays()
    assert not Enrolment.objects.exists()
