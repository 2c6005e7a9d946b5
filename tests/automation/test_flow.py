"""From the event to the last step: who enters, what is done, and what is written down of it."""

from __future__ import annotations

from perennial.automation.models import Run, Tally
from perennial.automation.running.entering import MOST_A_DAY
from perennial.customers.models import Customer, Task
from perennial.foundation.sql import fetch
from perennial.workspace.tests.cast import Cast
from tests.automation.building import (
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


def qualification(person_id: int) -> str | None:
    return Customer.objects.get(pk=person_id).qualification


def test_an_event_starts_it_and_its_steps_are_taken(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([change(), task(title="Call {{ name }} about {{ event.number }}", due_at={"in": {"days": 2}})], by=cast.ada)
    bought(cleo, "4711")
    happen()
    run = run_of(cleo)
    assert run.state == "done"
    assert logged(run) == [("qualify", "done"), ("task", "done")]
    assert qualification(cleo) == "qualified"
    made = Task.objects.get()
    assert (made.title, made.customer_id) == ("Call Cleo about 4711", cleo)
    assert made.due_at is not None


def test_what_it_does_is_logged_as_its_own(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    made = build([change()], by=cast.ada)
    bought(cleo)
    happen()
    assert fetch("SELECT actor, action FROM timeline_change WHERE record_id = %s AND kind = 'update'", [cleo]) == [
        (f"automation:{made.pk}", "bulk_edit")
    ]


def test_only_those_enter_for_whom_the_condition_holds(cast: Cast) -> None:
    cleo, other = person(by=cast.ada, city="Leeds"), person("Eve", by=cast.ada, city="York")
    build([change()], by=cast.ada, when='city = "Leeds"')
    bought(cleo)
    bought(other)
    happen()
    assert list(Run.objects.values_list("record_id", flat=True)) == [cleo]


def test_properties_of_the_event_are_compared(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([change()], by=cast.ada,
          trigger={"kind": "event", "event": "commerce.order_placed", "where": "lines >= 3"})  # fmt: skip
    bought(cleo, lines=2)
    bought(cleo, lines="many")
    happen()
    assert not Run.objects.exists()
    bought(cleo, lines=3)
    happen()
    assert Run.objects.count() == 1


def test_once_is_once_and_a_key_is_once_for_each(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    once = build([change()], by=cast.ada, name="Once")
    each = build([change()], by=cast.ada, name="Each", again={"how": "key", "property": "number"})
    for number in ("1", "2", "2"):
        bought(cleo, number)
    happen()
    bought(cleo, "1")
    happen()
    assert Run.objects.filter(automation_id=once.pk).count() == 1
    assert Run.objects.filter(automation_id=each.pk).count() == 2


def test_after_some_days_it_may_enter_again(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([change()], by=cast.ada, again={"how": "after", "days": 30})
    bought(cleo)
    happen()
    bought(cleo)
    happen()
    assert Run.objects.count() == 1
    pass_time(days=31)
    bought(cleo)
    happen()
    assert Run.objects.count() == 2


def test_too_many_entries_in_a_day_are_refused_with_a_reason(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([change()], by=cast.ada, again={"how": "always"})
    for number in range(MOST_A_DAY + 3):
        bought(cleo, str(number))
    happen()
    assert Run.objects.filter(state="done").count() == MOST_A_DAY
    assert logged(Run.objects.get(state="refused")) == [("", "too_often")]


def test_a_branch_takes_the_first_way_that_holds(cast: Cast) -> None:
    leeds, york, bath = (person(name, by=cast.ada, city=name) for name in ("Leeds", "York", "Bath"))
    ladder = {
        "kind": "branch", "key": "where",
        "ways": [{"when": 'city = "Leeds"', "steps": [change("a", qualification="qualified")]},
                 {"when": "city is filled and city != \"Bath\"", "steps": [change("b", qualification="working")]}],
        "otherwise": [{"kind": "stop", "key": "out", "reason": "not ours"}],
    }  # fmt: skip
    build([ladder, change("last", country="GB")], by=cast.ada)
    for each in (leeds, york, bath):
        bought(each)
    happen()
    assert [qualification(each) for each in (leeds, york, bath)] == ["qualified", "working", None]
    assert logged(run_of(bath)) == [("where", "done"), ("out", "done")]
    assert logged(run_of(york)) == [("where", "done"), ("b", "done"), ("last", "done")]


def test_waiting_takes_its_time(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([wait(days=2), change()], by=cast.ada)
    bought(cleo)
    happen()
    assert (run_of(cleo).state, run_of(cleo).step, qualification(cleo)) == ("moving", "wait", None)
    pass_time(days=1, hours=22)
    happen()
    assert qualification(cleo) is None
    pass_time(hours=3)
    happen()
    assert qualification(cleo) == "qualified"
    assert logged(run_of(cleo)) == [("wait", "waits"), ("wait", "done"), ("qualify", "done")]


def test_whoever_reaches_the_goal_leaves(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    build([wait(days=2), change()], by=cast.ada, exit={"when": 'city = "Leeds"', "is_goal": True})
    bought(cleo)
    happen()
    Customer.objects.filter(pk=cleo).update(city="Leeds")
    pass_time(days=3)
    happen()
    assert (run_of(cleo).state, qualification(cleo)) == ("goal", None)
    assert Tally.objects.get(step="", code="goal").count == 1


def test_history_that_is_brought_in_starts_nothing(cast: Cast) -> None:
    from datetime import timedelta

    from perennial.customers.models import Profile
    from perennial.foundation import clock
    from perennial.timeline.record import NewEvent, record

    cleo = person(by=cast.ada)
    build([change()], by=cast.ada)
    profile = Profile.objects.get(made_for=cleo)
    ago = clock.now() - timedelta(days=30)
    record([NewEvent("commerce.order_placed", profile.pk, {}, occurred_at=ago, is_history=True)])
    happen()
    assert not Run.objects.exists()
