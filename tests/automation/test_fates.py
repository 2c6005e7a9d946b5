"""Records that are merged or deleted on their way, publishers who lose their rights, and what is written of them."""

from __future__ import annotations

from perennial.automation.models import Automation, Run
from perennial.automation.needs import find_questions, find_stopped
from perennial.customers.models import Customer, Task
from perennial.customers.objects import PERSON
from perennial.objects.made.uses import uses_of
from perennial.objects.running import run_action
from perennial.objects.writing import delete_records
from perennial.workspace.models import Role
from perennial.workspace.tests.cast import Cast
from tests.automation.building import (
    HAND,
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


def merge(winner: int, loser: int, cast: Cast) -> None:
    run_action("customers.merge_customers", [winner, loser], {"winner": winner}, by=cast.ada, on="customers.customer")


def test_a_run_follows_the_record_that_stays(cast: Cast) -> None:
    cleo, double = person(by=cast.ada), person("Cleo B.", by=cast.ada)
    build([wait(days=1), change()], by=cast.ada)
    bought(double)
    happen()
    merge(cleo, double, cast)
    happen()
    assert run_of(cleo).state == "moving"
    pass_time(days=2)
    happen()
    assert Customer.objects.get(pk=cleo).qualification == "qualified"


def test_never_two_where_one_may_enter_once(cast: Cast) -> None:
    cleo, double = person(by=cast.ada), person("Cleo B.", by=cast.ada)
    build([wait(days=1), task()], by=cast.ada)
    for each in (cleo, double):
        bought(each)
    happen()
    merge(cleo, double, cast)
    happen()
    assert logged(run_of(double))[-1][1] == "merged"
    pass_time(days=2)
    happen()
    assert Task.objects.count() == 1


def test_a_deleted_record_ends_with_a_reason(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([wait(days=1), change()], by=cast.ada)
    bought(cleo)
    happen()
    delete_records(PERSON, [cleo], by=cast.ada)
    happen()
    assert (run_of(cleo).state, logged(run_of(cleo))[-1]) == ("stopped", ("wait", "delete"))


def test_who_left_keeps_it_from_running_and_somebody_is_told(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    made = build([wait(days=1), change()], by=cast.ada)
    bought(cleo)
    happen()
    cast.ada_user.is_active = False
    cast.ada_user.save()
    pass_time(days=2)
    happen()
    assert Automation.objects.get(pk=made.pk).state == "paused"
    assert run_of(cleo).state == "moving"
    assert [each.name for each in find_stopped(cast.ada, "all", 5)] == ["Win back"]
    assert not find_stopped(cast.ben, "all", 5)


def test_a_right_that_was_lost_refuses_the_step_with_a_reason(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    step = {"kind": "action", "key": "q", "action": "customers.set_qualification", "input": {"qualification": "new"}}
    build([wait(days=1), step], by=cast.ada)
    bought(cleo)
    happen()
    cast.ada_user.role = Role.objects.get(key="viewer")
    cast.ada_user.save()
    pass_time(days=2)
    happen()
    assert (run_of(cleo).state, logged(run_of(cleo))[-1]) == ("failed", ("q", "forbidden"))


def test_questions_stand_on_the_today_of_whoever_is_asked(cast: Cast) -> None:
    cleo = person(by=cast.ada, owner=cast.ben.id)
    build([{"kind": "approval", "key": "a", "question": "Call {{ name }}?", "patience": {"days": 1}}], by=cast.ada)
    bought(cleo)
    happen()
    (need,) = find_questions(cast.ben, "all", 5)
    assert (need.name, need.reason) == ("Cleo", "Call Cleo?")
    assert not find_questions(cast.dov, "all", 5)


def test_what_names_a_field_is_told_before_it_is_retired(cast: Cast) -> None:
    build([change()], by=cast.ada, trigger=HAND, when="owner is empty")
    for field, is_used in (("qualification", True), ("owner", True), ("city", False)):
        assert any(use.name == "Win back" for use in uses_of("customers.person", field)) is is_used


def test_one_that_breaks_keeps_nobody_else(cast: Cast) -> None:
    """A value that cannot be stored is refused for its record alone."""
    good, bad = person(by=cast.ada, city="Leeds"), person("Eve", by=cast.ada, city="x" * 100)
    build([change(country="{{ city }}"), change("then")], by=cast.ada)
    Customer.objects.filter(pk=good).update(city="GB")
    for each in (good, bad):
        bought(each)
    happen()
    assert (run_of(good).state, run_of(bad).state) == ("done", "failed")
    assert Run.objects.count() == 2
