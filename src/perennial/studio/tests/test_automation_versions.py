"""What changed from one version of an automation to the next, in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from perennial.automation.defining import change, publish
from perennial.studio.automations.differences import differences
from perennial.studio.tests.test_automations import HOME, begun, cast, signed_in
from perennial.workspace.tests.cast import Cast
from tests.automation.building import PEOPLE

pytestmark = pytest.mark.django_db
__all__ = ["cast"]


def wait(key: str, days: int) -> dict[str, Any]:
    return {"kind": "wait", "key": key, "days": days}


def task(title: str) -> dict[str, Any]:
    return {"kind": "create", "key": "call", "object": "customers.task", "fields": {"title": title}}


def flow(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"object": PEOPLE, "trigger": {"kind": "hand"}, "steps": list(steps), **more}


def test_each_change_is_a_sentence(cast: Cast) -> None:
    old = flow(wait("a", 1), wait("b", 2), task("Call"), again={"how": "once"})
    new = flow(wait("b", 2), wait("a", 3), wait("c", 5), again={"how": "always"}, when='city = "Leeds"')
    assert differences(old, new, by=cast.ada) == [
        "Who enters: Only where City is Leeds, instead of: Everybody enters",
        "How often: Every time, instead of: Once only: whoever was in it never enters again",
        "Step 3 is gone: Make: Task “Call”",
        "Step 2: Wait 3 days, instead of: Wait 1 day",
        "Step 3 is new: Wait 5 days",
        "“Wait 2 days” stands elsewhere: it is step 1 and was step 2",
        "“Wait 3 days” stands elsewhere: it is step 2 and was step 1",
    ]
    assert differences(old, old, by=cast.ada) == []


def test_what_no_sentence_tells_is_told_by_its_name(cast: Cast) -> None:
    event = {"kind": "event", "event": "commerce.order_placed"}
    body = {"kind": "create", "key": "call", "object": "customers.task", "fields": {"title": "Call", "text": "Kindly"}}
    old, new = flow(task("Call"), trigger=event), flow(body, trigger={**event, "where": "total > 50"})
    said = differences(old, new, by=cast.ada)
    assert said[0] == "Starts, only where: total is more than 50, instead of: always"
    assert said[1].startswith("Step 1, ")
    assert said[1].endswith(": “Kindly”, instead of: nothing")
    branch = {"kind": "branch", "key": "way", "ways": [{"when": 'city = "Leeds"', "steps": [wait("a", 1)]}]}
    inside = differences(flow(branch), flow({**branch, "ways": [{**branch["ways"][0], "steps": []}]}, wait("a", 1)),
                         by=cast.ada)  # fmt: skip
    assert inside == ["“Wait 1 day” stands in another way, as step 2"]
    assert "cannot be read" in differences({"steps": 3}, flow(), by=cast.ada)[0]


def test_the_page_of_versions_says_it(cast: Cast) -> None:
    ada, made = signed_in(cast.ada_user), begun(cast, steps=[wait("a", 1)])
    publish(made, by=cast.ada)
    made.refresh_from_db()
    publish(change(made, by=cast.ada, draft=flow(wait("a", 3))), by=cast.ada)
    assert "Step 1: Wait 3 days, instead of: Wait 1 day" in ada.get(f"{HOME}{made.pk}/versions/").content.decode()
