"""The pages of plays, for those who may and those who may not."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.customers.models import Task
from perennial.customers.objects import CUSTOMER
from perennial.foresight.plays.defining import start_play
from perennial.foresight.plays.models import Decline, Enrolment, Look, Play
from perennial.foresight.plays.needs import find_plays
from perennial.workspace.models import User
from perennial.workspace.tests.cast import make_cast
from tests.plays.conftest import Shop, play


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_play_is_taken_started_and_told_of_with_its_power(shop: Shop) -> None:
    ada, ben, dov = (_client(each) for each in (shop.cast.ada_user, shop.cast.ben_user, shop.cast.dov_user))
    assert "Win-back call" in ada.get("/plays/").content.decode()
    assert "Begin from this" not in ben.get("/plays/").content.decode()
    assert ben.post("/plays/take/", {"key": "win_back_call"}).status_code == 403
    assert ada.post("/plays/take/", {"key": "win_back_call"}).status_code == 302
    made = play(shop)
    assert ben.post(f"/plays/{made.key}/start/").status_code == 403
    assert dov.get(f"/plays/{made.key}/").status_code == 404
    assert dov.post(f"/plays/{made.key}/start/").status_code == 404
    assert ada.post(f"/plays/{made.key}/start/").status_code == 204
    assert Play.objects.get(pk=made.pk).state == "running"
    plan = ada.get(f"/plays/{made.key}/plan/").content.decode()
    assert "40 are eligible now" in plan
    assert "+20 points" in plan
    assert ben.get(f"/plays/{made.key}/plan/").status_code == 404
    assert ada.get("/plays/nothing/").status_code == 404


def test_the_effect_is_drawn_for_those_who_see_everybody(shop: Shop) -> None:
    started = start_play(play(shop), by=shop.cast.ada)
    for number in range(3):
        Look.objects.create(
            play=started, day=f"2011-04-0{number + 1}", at=shop.started, treated=900, control=300, acts=900,
            treated_mean=0.32, control_mean=0.25, effect=0.07, low=0.02, high=0.12, end_low=0.03, end_high=0.11,
            explained=0.2, net=1350, net_low=-900, net_high=3600, verdict="helps", is_end=number == 2,
        )  # fmt: skip
    page = _client(shop.cast.ada_user).get(f"/plays/{started.key}/").content.decode()
    for said in ("+7 points", "between +2 points and +12 points", "Helps", "£1,350", "effect-spec", "32%"):
        assert said in page, said
    of_ben = _client(shop.cast.ben_user).get(f"/plays/{started.key}/").content.decode()
    assert "points" not in of_ben


def test_somebody_does_it_and_somebody_says_why_not(shop: Shop) -> None:
    started = start_play(play(shop, is_by_hand=True, prior=0.9), by=shop.cast.ada)
    ben, dov = _client(shop.cast.ben_user), _client(shop.cast.dov_user)
    one, other = shop.people[-1].pk, shop.people[-2].pk
    page = ben.get(f"/plays/{started.key}/").content.decode()
    assert page.count("Not for them") == 12
    assert dov.post(f"/plays/{started.key}/do/{one}/").status_code == 404
    assert ben.post(f"/plays/{started.key}/do/{one}/").status_code == 200
    entered = Enrolment.objects.get()
    assert Task.objects.exists() is not entered.is_control
    assert "Why is it not for them?" in ben.get(f"/plays/{started.key}/decline/{other}/").content.decode()
    assert ben.post(f"/plays/{started.key}/decline/{other}/", {"reason": "x"}).status_code == 422
    assert dov.post(f"/plays/{started.key}/decline/{other}/", {"reason": "done"}).status_code == 404
    assert ben.post(f"/plays/{started.key}/decline/{other}/", {"reason": "done"}).status_code == 200
    assert Decline.objects.get().record_id == other


def test_today_offers_the_next_best_play_and_tells_of_stopped_ones(shop: Shop) -> None:
    started = start_play(play(shop, is_by_hand=True), by=shop.cast.ada)
    needs = find_plays(shop.cast.ben, "mine", 3)
    assert [each.object_key for each in needs] == [CUSTOMER.key] * 3
    assert needs[0].reason == "Call them"
    assert needs[0].worth == 8  # a fifth of 50.00, less 2.00
    assert find_plays(shop.cast.ada, "mine", 3) == []
    assert find_plays(shop.cast.ada, "unassigned", 3) == []
    assert find_plays(shop.cast.dov, "all", 3) == []
    Play.objects.filter(pk=started.pk).update(state="paused", paused_why="It harms.")
    assert [each.detail for each in find_plays(shop.cast.ada, "all", 3)] == ["It harms."]
    assert find_plays(shop.cast.ben, "all", 3) == []


@pytest.mark.django_db
def test_strange_addresses_are_not_there() -> None:
    ada = _client(make_cast().ada_user)
    for address in ("x" * 200, "%00", "do", "take", "x/explode", "x/do/99999999999999999999"):
        assert ada.get(f"/plays/{address}/").status_code in (400, 404, 405), address
