"""Test runs, who is on the way, taking a hand in it, and answering what an automation asks."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.automation.models import Approval, Run
from perennial.automation.starting import start_for
from perennial.customers.models import Customer, Task
from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast, make_cast
from tests.automation.building import HAND, build, change, happen, person, run_of, task, wait

HOME = "/automations/"
ASK = {"kind": "approval", "key": "ask", "question": "Call {{ name }}?", "patience": {"days": 1},
       "approved": [task()], "refused": [change("no", qualification="unqualified")]}  # fmt: skip


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def test_a_test_run_shows_each_step_and_leaves_nothing(cast: Cast) -> None:
    made = build([change(), wait(days=3), {**ASK, "whom": {"user": cast.ada.user_id}}], trigger=HAND, by=cast.ada)
    cleo, ada = person(by=cast.ada), signed_in(cast.ada_user)
    page = f"{HOME}{made.pk}/try/"
    assert "Test run" in ada.get(page).content.decode()
    shown = ada.post(page, {"record": str(cleo)}).content.decode()
    assert "Call Cleo" in shown
    assert "It would wait until" in shown
    assert "It reaches the end." in shown
    refused = ada.post(page, {"record": str(cleo), "way.ask": "refused"}).content.decode()
    assert "nqualified" in refused
    assert not any(each.objects.exists() for each in (Task, Run, Approval))
    for wrong in ({}, {"record": "x"}, {"record": "999999"}):
        assert ada.post(page, wrong).status_code in (404, 422)
    assert signed_in(cast.ben_user).post(page, {"record": str(cleo)}).status_code == 404


def test_who_is_on_the_way_is_listed_looked_at_and_steered(cast: Cast) -> None:
    made = build([wait(days=3), task()], trigger=HAND, by=cast.ada)
    cleo, ada = person(by=cast.ada), signed_in(cast.ada_user)
    start_for(made, [cleo], by=cast.ada)
    happen()
    listed = ada.get(f"{HOME}{made.pk}/runs/?state=moving").content.decode()
    assert "Cleo" in listed
    assert "Wait 3 days" in listed
    assert "1 here" in ada.get(f"{HOME}{made.pk}/").content.decode()
    run = run_of(cleo)
    page = f"{HOME}runs/{run.pk}/"
    assert "Wait no longer" in ada.get(page).content.decode()
    ben = signed_in(cast.ben_user)
    assert ben.get(page).status_code == 404
    assert ben.post(f"{page}skip/").status_code == 404
    assert ada.post(f"{page}drop/").status_code == 404
    assert ada.post(f"{page}skip/").status_code == 204
    happen()
    assert Task.objects.filter(title="Call Cleo").count() == 1
    shown = ada.get(page).content.decode()
    assert "Reached the end" in shown
    assert ada.post(f"{page}stop/", headers={"HX-Request": "true"}).status_code == 409
    assert ada.get(f"{HOME}{made.pk}/runs/?state=nonsense&step=x&before=y").status_code == 200


def test_whoever_is_asked_approves_or_refuses_with_a_reason(cast: Cast) -> None:
    made = build([{**ASK, "whom": {"user": cast.ada.user_id}}], trigger=HAND, by=cast.ada)
    cleo, ada = person(by=cast.ada), signed_in(cast.ada_user)
    start_for(made, [cleo], by=cast.ada)
    happen()
    page = f"{HOME}approvals/{Approval.objects.get().pk}/"
    today = ada.get("/").content.decode()
    assert "Call Cleo?" in today
    assert page in today
    assert "Call Cleo?" in ada.get(page).content.decode()
    assert signed_in(cast.dov_user).get(page).status_code == 404
    assert signed_in(cast.ben_user).post(page, {"answer": "approve"}).status_code == 404
    assert ada.post(page, {"answer": "refuse"}).status_code == 422
    assert ada.post(page, {"answer": "refuse", "reason": "Cleo is away"}).headers["Location"] == "/"
    happen()
    assert Customer.objects.get(pk=cleo).qualification == "unqualified"
    assert "This was refused." in ada.get(page).content.decode()


def test_the_chosen_rows_of_a_list_are_started(cast: Cast) -> None:
    made = build([wait(days=3)], trigger=HAND, by=cast.ada)
    cleo, ada = person(by=cast.ada), signed_in(cast.ada_user)
    page = f"{HOME}start/customers.person/"
    assert page in ada.get("/o/customers.person/").content.decode()
    assert "Win back" in ada.post(page, {"id": str(cleo)}).content.decode()
    started = ada.post(page, {"id": str(cleo), "automation": str(made.pk)}).content.decode()
    assert "1 entered “Win back”." in started
    assert Run.objects.filter(record_id=cleo).count() == 1
    again = ada.post(page, {"id": str(cleo), "automation": str(made.pk)}).content.decode()
    assert "0 entered" in again
    other = person("Dov", by=cast.ada)
    ada.post(page, {"bulk_all": "1", "bulk_where": 'name = "Dov"', "automation": str(made.pk)})
    assert ada.post(page, {"id": str(cleo), "automation": "999"}).status_code == 404
    assert ada.post(page, {"automation": "x"}, headers={"HX-Request": "true"}).status_code == 422
    ben = signed_in(cast.ben_user)
    assert page not in ben.get("/o/customers.person/").content.decode()
    assert ben.post(page, {"id": str(other), "automation": str(made.pk)}).status_code == 404
