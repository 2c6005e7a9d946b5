"""Waiting for what happens, for what holds, for people and for other automations; loops over related records."""

from __future__ import annotations

import pytest

from perennial.automation.defining import make, pause, publish, resume
from perennial.automation.models import Approval, Run
from perennial.automation.running.asking import decide
from perennial.automation.running.entering import Arrival, enter
from perennial.automation.steering import retry, skip_wait, stop
from perennial.customers.models import Customer, Task
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.workspace.tests.cast import Cast
from tests.automation.building import (
    HAND,
    PEOPLE,
    bought,
    build,
    change,
    happen,
    logged,
    pass_time,
    person,
    run_of,
    task,
    wait,
)  # fmt: skip

FOR_RETURN = {
    "kind": "wait_for_event", "key": "back", "event": "commerce.order_returned", "where": "number = \"7\"",
    "patience": {"days": 5}, "met": [change("met", qualification="unqualified")],
    "late": [change("late", qualification="qualified")],
}  # fmt: skip


def start(automation, *ids: int) -> None:
    enter(automation, [Arrival(id, None, {}) for id in ids], now=clock.now())


def returned(person_id: int, number: str) -> None:
    from perennial.customers.models import Profile
    from perennial.timeline.record import NewEvent, record

    profile = Profile.objects.get(made_for=person_id)
    record([NewEvent("commerce.order_returned", profile.pk, {"number": number})])


def of(person_id: int) -> str | None:
    return Customer.objects.get(pk=person_id).qualification


def test_an_event_in_time_and_one_that_never_comes(cast: Cast) -> None:
    cleo, eve = person(by=cast.ada), person("Eve", by=cast.ada)
    build([FOR_RETURN], by=cast.ada)
    returned(cleo, "7")  # before: it is not what is waited for
    for each in (cleo, eve):
        bought(each)
    happen()
    assert {run_of(each).phase for each in (cleo, eve)} == {"waiting"}
    returned(cleo, "8")
    happen()
    assert run_of(cleo).phase == "waiting"
    returned(cleo, "7")
    happen()
    assert (of(cleo), run_of(cleo).context["met"]) == ("unqualified", {"number": "7"})
    pass_time(days=6)
    happen()
    assert of(eve) == "qualified"


def test_a_rule_is_waited_for(cast: Cast) -> None:
    cleo, eve = person(by=cast.ada), person("Eve", by=cast.ada)
    step = {"kind": "wait_until", "key": "leeds", "when": 'city = "Leeds"', "patience": {"days": 5},
            "met": [change()], "late": [change("late", qualification="unqualified")]}  # fmt: skip
    build([step], by=cast.ada)
    for each in (cleo, eve):
        bought(each)
    happen()
    from perennial.customers.objects import PERSON
    from perennial.objects.writing import update_record

    update_record(PERSON, cleo, {"city": "Leeds"}, by=cast.ada)
    happen()
    assert (of(cleo), of(eve)) == ("qualified", None)
    pass_time(days=6)
    happen()
    assert of(eve) == "unqualified"


def test_people_are_asked_and_answer(cast: Cast) -> None:
    cleo, eve, fay = (person(name, by=cast.ada, owner=cast.ada.id) for name in ("Cleo", "Eve", "Fay"))
    step = {"kind": "approval", "key": "ask", "question": "Give {{ name }} a discount?", "patience": {"days": 2},
            "approved": [change()], "refused": [change("no", qualification="unqualified")],
            "late": [change("late", qualification="working")]}  # fmt: skip
    build([step], by=cast.ada)
    for each in (cleo, eve, fay):
        bought(each)
    happen()
    asked = {each.record_id: each for each in Approval.objects.all()}
    assert asked[cleo].question == "Give Cleo a discount?"
    with pytest.raises(NotFound):
        decide(asked[cleo].pk, is_approved=True, by=cast.dov)
    decide(asked[cleo].pk, is_approved=True, by=cast.ada)
    with pytest.raises(Conflict):
        decide(asked[cleo].pk, is_approved=True, by=cast.ada)
    with pytest.raises(Invalid):
        decide(asked[eve].pk, is_approved=False, by=cast.ada)
    decide(asked[eve].pk, is_approved=False, reason="Bought twice last week.", by=cast.ada)
    happen()
    pass_time(days=3)
    happen()
    assert [of(each) for each in (cleo, eve, fay)] == ["qualified", "unqualified", "working"]


def test_a_loop_walks_through_what_belongs_to_the_record(cast: Cast) -> None:
    from perennial.customers.objects import TASK
    from perennial.objects.writing import create_record

    cleo, eve = person(by=cast.ada), person("Eve", by=cast.ada)
    for title in ("one", "two", "three"):
        create_record(TASK, {"title": title, "customer": cleo}, by=cast.ada)
    loop = {"kind": "loop", "key": "each", "object": "customers.task", "field": "customer", "where": 'title != "two"',
            "steps": [{"kind": "action", "key": "do", "action": "customers.complete_task", "about": "each"},
                      task("again", "After {{ item.title }}")]}  # fmt: skip
    build([loop, change()], by=cast.ada)
    for each in (cleo, eve):
        bought(each)
    happen()
    assert set(Task.objects.filter(done_at=None).values_list("title", flat=True)) == {"two", "After one", "After three"}
    assert (of(cleo), of(eve)) == ("qualified", "qualified")
    assert run_of(cleo).context["loops"] == {}


def test_a_flow_within_a_flow_is_waited_for(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    inner = build([wait(days=1), change()], by=cast.ada, trigger=HAND, name="Inner")
    build([{"kind": "start", "key": "inner", "automation": inner.pk, "waits": True}, task()], by=cast.ada)
    bought(cleo)
    happen()
    assert not Task.objects.exists()
    pass_time(days=2)
    happen()
    assert of(cleo) == "qualified"
    assert Task.objects.count() == 1


def test_who_starts_itself_by_its_own_effect_is_cut(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build(
        [change("back", qualification="new"), change("there", qualification="working")], by=cast.ada,
        trigger={"kind": "change", "on": "changed", "fields": ["qualification"], "to": "working"},
        again={"how": "always"},
    )  # fmt: skip
    from perennial.customers.objects import PERSON
    from perennial.objects.writing import update_record

    update_record(PERSON, cleo, {"qualification": "working"}, by=cast.ada)
    for _turn in range(10):
        happen()
    assert Run.objects.filter(state="done").count() == 5
    assert logged(Run.objects.get(state="refused")) == [("", "loop")]


def test_a_hand_is_taken_in_a_run(cast: Cast) -> None:
    cleo, eve = person(by=cast.ada), person("Eve", by=cast.ada)
    build([wait(days=9), change()], by=cast.ada)
    for each in (cleo, eve):
        bought(each)
    happen()
    with pytest.raises(Forbidden):
        stop(run_of(eve).pk, by=cast.ben)
    stop(run_of(eve).pk, by=cast.ada)
    skip_wait(run_of(cleo).pk, by=cast.ada)
    happen()
    assert (of(cleo), of(eve), run_of(eve).state) == ("qualified", None, "stopped")
    retry(run_of(eve).pk, by=cast.ada, step="qualify")
    happen()
    assert (of(eve), run_of(eve).state) == ("qualified", "done")


def test_paused_nobody_moves_and_nobody_is_lost(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    made = build([FOR_RETURN], by=cast.ada)
    bought(cleo)
    happen()
    pause(made, by=cast.ada)
    returned(cleo, "7")
    bought(person("Eve", by=cast.ada))
    happen()
    assert (Run.objects.count(), of(cleo)) == (1, None)
    resume(made, by=cast.ada)
    happen()
    assert (Run.objects.count(), of(cleo)) == (1, "unqualified")


def test_those_on_their_way_finish_or_come_along(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    made = build([wait(days=1), change()], by=cast.ada)
    bought(cleo)
    happen()
    from perennial.automation.defining import change as redraft
    from perennial.automation.defining import roll_back

    draft = {**made.draft, "steps": [wait(days=1), change(qualification="unqualified")]}
    publish(redraft(made, draft=draft, by=cast.ada), by=cast.ada)
    assert run_of(cleo).version_id != made.versions.get(number=2).pk
    publish(made, by=cast.ada, moves=True)
    assert run_of(cleo).version_id == made.versions.get(number=3).pk
    assert roll_back(made, 1, by=cast.ada).definition == made.versions.get(number=1).definition
    pass_time(days=2)
    happen()
    assert of(cleo) == "unqualified"


def test_dov_builds_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        make(name="Mine", object_key=PEOPLE, by=cast.dov)
