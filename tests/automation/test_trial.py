"""A test run tells what would happen, and nothing has."""

from __future__ import annotations

import pytest

from perennial.automation.definition.tree import read
from perennial.automation.models import Approval, Run
from perennial.automation.trial import try_out
from perennial.customers.models import Customer, Task
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.sql import fetch
from perennial.workspace.tests.cast import Cast
from tests.automation.building import PEOPLE, change, person, task, wait

FLOW = {
    "object": PEOPLE,
    "trigger": {"kind": "event", "event": "commerce.order_placed"},
    "when": 'city = "Leeds"',
    "steps": [
        change(),
        wait(days=3),
        {"kind": "approval", "key": "ask", "question": "Call {{ name }}?", "whom": {"owner": True},
         "patience": {"days": 1}, "approved": [task()], "refused": [change("no", qualification="unqualified")]},
    ],
}  # fmt: skip


def test_it_walks_to_the_end_and_leaves_nothing_behind(cast: Cast) -> None:
    cleo = person(by=cast.ada, city="York")
    before = fetch("SELECT count(*) FROM timeline_change")
    told = try_out(read(FLOW), cleo, by=cast.ada)
    assert not told.enters
    assert told.ending == "done"
    assert [(each.step, each.code) for each in told.steps] == [
        ("qualify", "done"), ("wait", "waits"), ("wait", "done"), ("ask", "waits"), ("ask", "done"), ("task", "done"),
    ]  # fmt: skip
    assert told.steps[0].writes[0].values == {"qualification": [None, "qualified"]}
    assert told.steps[-1].writes[0].values["title"] == "Call Cleo"
    assert Customer.objects.get(pk=cleo).qualification is None
    assert not any(each.objects.exists() for each in (Task, Run, Approval))
    assert fetch("SELECT count(*) FROM timeline_change") == before


def test_another_way_can_be_tried(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    told = try_out(read(FLOW), cleo, by=cast.ada, ways={"ask": "refused"})
    assert told.steps[-1].writes[0].values == {"qualification": ["qualified", "unqualified"]}


def test_only_builders_try_and_only_on_whom_they_see(cast: Cast) -> None:
    cleo = person(by=cast.ada)
    with pytest.raises(Forbidden):
        try_out(read(FLOW), cleo, by=cast.ben)
    with pytest.raises(NotFound):
        try_out(read(FLOW), cleo + 1_000, by=cast.ada)
