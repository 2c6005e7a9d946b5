"""Making, changing and starting plays: what is refused, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from perennial.conditions.errors import ConditionError
from perennial.foresight.plays.defining import asked_from, change_play, make_play, pause_play, retire_play, start_play
from perennial.foresight.plays.enrolling import enrol_more
from perennial.foresight.plays.library import READY, take_ready
from perennial.foresight.plays.queries import play_for, plays_for
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from perennial.workspace.tests.cast import make_cast
from tests.plays.conftest import ASKED, Shop, play


@pytest.mark.django_db
def test_who_may_not_shape_automations_makes_and_starts_none() -> None:
    cast = make_cast()
    made = make_play(ASKED, by=cast.ada)
    for person in (cast.ben, cast.dov):
        with pytest.raises(Forbidden):
            make_play(ASKED, by=person)
        for act in (start_play, pause_play, retire_play):
            with pytest.raises(Forbidden):
                act(made, by=person)
    assert play_for(made.key, by=cast.ben).pk == made.pk
    assert not plays_for(cast.dov).exists()
    with pytest.raises(NotFound):
        play_for(made.key, by=cast.dov)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"), ({"name": "x\x00"}, "name"), ({"object": "nothing.here"}, "object"), ({"acts": []}, "acts"),
    ({"acts": [{"action": "workspace.delete_everything"}]}, "acts.0"),
    ({"acts": [{"action": "customers.open_task", "input": {"title": ""}}]}, "acts.0.title"),
    ({"metric": "commerce.average_order"}, "metric"), ({"metric": "commerce.buyers"}, "metric"),
    ({"metric": "x"}, "metric"), ({"control_share": 0}, "control_share"), ({"control_share": 0.9}, "control_share"),
    ({"horizon_days": 0}, "horizon_days"), ({"prior": 2}, "prior"), ({"prior": float("nan")}, "prior"),
    ({"prior": "inf"}, "prior"), ({"cost": -1}, "cost"), ({"capacity": 0}, "capacity"), ({"owner": 10**12}, "owner"),
    ({"more": 1}, "more"),
    ({"object": "commerce.order", "rule": "", "metric": "commerce.orders", "is_by_hand": True}, "is_by_hand"),
]  # fmt: skip


@pytest.mark.django_db
def test_what_cannot_be_is_refused_by_its_field() -> None:
    ada = make_cast().ada
    for told, field in WRONG:
        with pytest.raises(Invalid) as refusal:
            make_play({**ASKED, **told}, by=ada)
        assert field in refusal.value.fields, told
    for rule in ("nonsense (", 'secret = "1"', {"version": 2, "all": "x"}, {}):
        with pytest.raises(ConditionError):
            make_play({**ASKED, "rule": rule}, by=ada)


def test_what_a_running_play_compares_stays(shop: Shop) -> None:
    started = start_play(play(shop), by=shop.cast.ada)
    for told in ({"horizon_days": 60}, {"control_share": 0.3}, {"metric": "commerce.revenue"}, {"pool": "x"}):
        with pytest.raises(Conflict):
            change_play(started, {**asked_from(started), **told}, by=shop.cast.ada)
    changed = change_play(started, {**asked_from(started), "capacity": 9}, by=shop.cast.ada, version=started.version)
    assert (changed.capacity, changed.version) == (9, started.version + 1)
    with pytest.raises(Stale):
        change_play(started, asked_from(started), by=shop.cast.ada, version=started.version)
    pause_play(started, by=shop.cast.ada)
    again = start_play(started, by=shop.cast.ada)
    assert again.started_at == started.started_at


def test_the_plays_of_the_library_can_be_taken_as_they_are(shop: Shop) -> None:
    taken = [take_ready(each.key, by=shop.cast.ada) for each in READY]
    assert [each.key for each in taken] == [each.key for each in READY]
    assert all(enrol_more(each, now=shop.started) == 0 for each in taken)  # nobody here is late, quiet or loyal
    with pytest.raises(NotFound):
        take_ready("nothing", by=shop.cast.ada)
