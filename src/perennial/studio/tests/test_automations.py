"""/automations/: built on one page, published, paused, taken back; to others there is no such page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from perennial.automation.defining import make
from perennial.automation.models import Automation
from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast, make_cast
from tests.automation.building import PEOPLE

pytestmark = pytest.mark.django_db
HOME = "/automations/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def begun(cast: Cast, **draft: object) -> Automation:
    return make(
        name="Win back", object_key=PEOPLE, draft={"trigger": {"kind": "hand"}, "steps": [], **draft}, by=cast.ada
    )


def draft_of(automation: Automation) -> dict:
    automation.refresh_from_db()
    return automation.draft


def changed(client: Client, automation: Automation, **sent: str):
    automation.refresh_from_db()
    return client.post(f"{HOME}{automation.pk}/flow/", {"version": str(automation.version), **sent}, headers=HTMX)


def test_the_empty_page_offers_examples_and_each_opens(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    shown = ada.get(HOME).content.decode()
    assert "Let Perennial see to it" in shown
    for example in ("segment", "thank", "ask"):
        page = ada.post(f"{HOME}new/", {"example": example}).headers["Location"]
        assert "flow-step" in ada.get(page).content.decode()
    assert "Ask after the first order" in ada.get(HOME).content.decode()


def test_a_flow_is_built_step_by_step_and_published(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    page = ada.post(f"{HOME}new/", {"name": "Call them", "about": PEOPLE}).headers["Location"]
    made = Automation.objects.get()
    assert "Add a step" in ada.get(page).content.decode()
    changed(ada, made, op="set", key="@trigger", kind="event", event="commerce.order_placed")
    assert draft_of(made)["trigger"]["event"] == "commerce.order_placed"
    form = ada.get(
        f"{page}flow/", {"new": "create", "parent": "", "way": "", "index": "0"}, headers=HTMX
    ).content.decode()
    assert 'name="object"' in form
    drawn = changed(
        ada, made, op="draw", kind="create", parent="", way="", index="0", object="customers.task"
    ).content.decode()
    assert 'name="v.title"' in drawn
    assert "The record on its way" in drawn
    answer = changed(ada, made, op="add", kind="create", parent="", way="", index="0", object="customers.task",
                     **{"v.title": "Call {{ name }}",
                        "v.customer": "{{ id }}", "v.due_at.days": "1", "v.due_at.at": "09:00"})  # fmt: skip
    assert answer.status_code == 200
    assert draft_of(made)["steps"][0]["fields"] == {
        "title": "Call {{ name }}", "customer": "{{ id }}", "due_at": {"in": {"days": 1}, "at": "09:00"},
    }  # fmt: skip
    assert "flow-fault" not in answer.content.decode()
    assert ada.post(f"{page}publish/", {"version": str(made.version)}).status_code == 204
    made.refresh_from_db()
    assert made.state == Automation.State.ON
    assert "Running" in ada.get(page).content.decode()
    assert ada.post(f"{page}pause/").status_code == 204
    made.refresh_from_db()
    assert made.state == Automation.State.PAUSED


def test_each_way_of_a_branch_and_an_event_are_asked_by_the_builder(cast: Cast) -> None:
    ada, made = signed_in(cast.ada_user), begun(cast)
    one, two = ({"version": 2, "field": "city", "op": "eq", "value": city} for city in ("Leeds", "York"))
    changed(ada, made, op="add", kind="branch", parent="", way="", index="0", label0="North",
            when0__tree=json.dumps(one), when1__tree=json.dumps(two))  # fmt: skip
    (branch,) = draft_of(made)["steps"]
    assert [each["when"]["value"] for each in branch["ways"]] == ["Leeds", "York"]
    tree = json.dumps({"version": 2, "field": "total", "op": "ge"})
    changed(ada, made, op="set", key="@trigger", kind="event", event="commerce.order_placed",
            where__tree=tree, where__n0__op="ge", where__n0__value="50")  # fmt: skip
    assert draft_of(made)["trigger"]["where"]["value"] == 50


def test_steps_are_moved_copied_and_taken_out_also_between_ways(cast: Cast) -> None:
    ada, made = signed_in(cast.ada_user), begun(cast)
    changed(ada, made, op="add", kind="branch", parent="", way="", index="0", when0='city = "Leeds"', label0="North")
    changed(ada, made, op="add", kind="wait", parent="", way="", index="0", days="2")
    changed(ada, made, op="down", key="wait1")
    assert [each["key"] for each in draft_of(made)["steps"]] == ["branch1", "wait1"]
    changed(ada, made, op="move", key="wait1", parent="branch1", way="way0", index="0")
    (branch,) = draft_of(made)["steps"]
    assert branch["ways"][0]["steps"][0]["key"] == "wait1"
    changed(ada, made, op="copy", key="branch1")
    assert draft_of(made)["steps"][1]["ways"][0]["steps"][0]["key"] == "wait2"
    changed(ada, made, op="remove", key="branch1")
    assert [each["key"] for each in draft_of(made)["steps"]] == ["branch2"]
    assert changed(ada, made, op="move", key="branch2", parent="branch2", way="way0", index="0").status_code == 404


def test_every_kind_of_step_and_trigger_has_a_form_that_opens(cast: Cast) -> None:
    from perennial.automation.definition.steps import step_kinds
    from perennial.automation.definition.triggers import trigger_kinds
    from perennial.studio.automations.asking.steps import STEP_FORMS
    from perennial.studio.automations.asking.triggers import TRIGGER_FORMS

    assert set(STEP_FORMS) == set(step_kinds)
    assert set(TRIGGER_FORMS) == set(trigger_kinds)
    ada, made = signed_in(cast.ada_user), begun(cast)
    for kind in step_kinds:
        asked = {"new": kind, "parent": "", "way": "", "index": "0"}
        assert ada.get(f"{HOME}{made.pk}/flow/", asked, headers=HTMX).status_code == 200
    for kind in trigger_kinds:
        assert changed(ada, made, op="draw", key="@trigger", kind=kind).status_code == 200


def test_what_cannot_be_is_said_in_the_card_and_changes_nothing(cast: Cast) -> None:
    ada, made = signed_in(cast.ada_user), begun(cast)
    before = draft_of(made)
    for wrong in (
        {"op": "set", "key": "@when", "when": "city ="}, {"op": "add", "kind": "wait", "parent": "", "days": "many"},
        {"op": "add", "kind": "approval", "parent": "", "question": ""}, {"op": "set", "key": "@again", "how": "never"},
        {"op": "add", "kind": "wait_until", "parent": "", "when": "(" * 500},
        {"op": "set", "key": "@trigger", "kind": "schedule", "at": "25:99"},
    ):  # fmt: skip
        answer = changed(ada, made, **wrong)
        assert answer.status_code == 422, wrong
        assert "flow-fault" in answer.content.decode()
    for wrong in ({"op": "drop"}, {"op": "add", "kind": "sql", "parent": ""}, {"op": "remove", "key": "nobody"},
                  {"op": "set", "key": "@trigger", "kind": "sql"}, {"op": "move", "key": "@when"},
                  {"op": "add", "kind": "wait", "parent": "nobody", "way": "x", "days": "1"}):  # fmt: skip
        assert changed(ada, made, **wrong).status_code == 404, wrong
    assert draft_of(made) == before
    stale = ada.post(
        f"{HOME}{made.pk}/flow/", {"version": "999", "op": "set", "key": "@when", "when": ""}, headers=HTMX
    )
    assert stale.status_code == 412


def test_to_those_without_the_right_there_is_no_such_page(cast: Cast) -> None:
    made = begun(cast)
    for user in (cast.ben_user, cast.dov_user):
        client = signed_in(user)
        for path in ("", "new/", f"{made.pk}/", f"{made.pk}/flow/", f"{made.pk}/publish/", f"{made.pk}/versions/"):
            assert client.get(f"{HOME}{path}").status_code == 404
        for path in ("new/", f"{made.pk}/flow/", f"{made.pk}/publish/", f"{made.pk}/pause/", f"{made.pk}/retire/"):
            assert client.post(f"{HOME}{path}", {"example": "ask", "op": "remove"}).status_code == 404
    assert Automation.objects.count() == 1
