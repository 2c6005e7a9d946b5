"""Automations by API: built and read, but published by people; started by records, by filter, and by a call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from perennial.automation.defining import new_secret
from perennial.automation.models import Run
from perennial.automation.starting import start_for
from perennial.customers.models import Customer
from perennial.rest import limits
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast
from tests.automation.building import HAND, PEOPLE, build, change, happen, person, run_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def draft() -> dict:
    return {"trigger": HAND, "steps": [change()]}


def test_a_program_builds_but_people_publish(cast: Cast) -> None:
    program = Program(cast, "administrator")
    made = program.call("POST", "automations", {"name": "Qualify", "object": PEOPLE, "draft": draft()})
    assert made.status_code == 201, made.content
    id = made.json()["id"]
    assert program.call("POST", f"automations/{id}/publish", {}).status_code == 403
    changed = program.call("PATCH", f"automations/{id}", {"version": 1, "name": "Qualify them"})
    assert changed.json()["version"] == 2
    assert program.call("PATCH", f"automations/{id}", {"version": 1, "name": "Late"}).status_code == 412
    assert program.read(f"automations/{id}")["name"] == "Qualify them"
    assert program.read("automations?object=customers.person")["data"][0]["id"] == id
    assert "Step" in program.read("automations/schema")["$defs"]


def test_it_is_started_paused_and_its_runs_are_read(cast: Cast) -> None:
    program = Program(cast, "administrator")
    cleo = person(by=cast.ada)
    made = build([change()], by=cast.ada, trigger=HAND)
    started = program.call("POST", f"automations/{made.pk}/start", {"ids": [cleo, 999_999]})
    assert [each["status"] for each in started.json()["results"]] == ["done", "refused"]
    happen()
    (run,) = program.read(f"automations/{made.pk}/runs")["data"]
    assert (run["record"], run["title"], run["state"]) == (cleo, "Cleo", "done")
    assert [each["code"] for each in program.read(f"automations/runs/{run['id']}")["log"]] == ["done"]
    assert program.call("POST", f"automations/runs/{run['id']}/stop", {}).status_code == 409
    assert program.call("POST", f"automations/{made.pk}/pause", {}).json()["state"] == "paused"
    assert program.call("POST", f"automations/{made.pk}/start", {"ids": [cleo]}).status_code == 409


def test_whoever_may_not_see_the_records_sees_no_automation(cast: Cast) -> None:
    made = build([change()], by=cast.ada, trigger=HAND)
    nobody, viewer = Program(cast, "none"), Program(cast, "viewer")
    assert nobody.read("automations")["data"] == []
    assert nobody.call("GET", f"automations/{made.pk}").status_code == 404
    assert viewer.read(f"automations/{made.pk}")["id"] == made.pk
    for verb in ("publish", "pause", "retire", "key", "start"):
        body = {"ids": [1]} if verb == "start" else {}
        assert viewer.call("POST", f"automations/{made.pk}/{verb}", body).status_code == 403
    assert viewer.call("POST", "automations", {"name": "Mine", "object": PEOPLE}).status_code == 403


def test_a_call_with_the_key_starts_it_for_the_record_it_names(cast: Cast) -> None:
    cleo = person(by=cast.ada, email="cleo@example.com")
    made = build(
        [change(city="{{ event.town }}")], by=cast.ada,
        trigger={"kind": "webhook", "field": "email", "key": "email"},
    )  # fmt: skip
    key = new_secret(made, by=cast.ada)

    def call(body: object, *, key: str = key) -> int:
        return (
            Client()
            .post(f"/api/v1/hooks/{made.pk}/{key}", json.dumps(body), content_type="application/json")
            .status_code
        )

    assert call({"email": "cleo@example.com", "town": "York"}, key="wrong") == 404
    assert call({"email": "nobody@example.com"}) == 422
    assert call({"email": ["x"]}) == 422
    assert call([]) in (400, 422)
    assert call({"email": "cleo@example.com", "more": "x" * 20_000}) == 413
    assert call({"email": "cleo@example.com", "town": "York"}) == 202
    happen()
    assert Customer.objects.get(pk=cleo).city == "York"
    assert Run.objects.count() == 1


def test_what_an_automation_does_is_told_to_whoever_may_build(cast: Cast) -> None:
    made = build([change()], by=cast.ada, trigger=HAND)
    cleo = person(by=cast.ada)
    start_for(made, [cleo], by=cast.ada)
    happen()
    builder, viewer = Program(cast, "administrator"), Program(cast, "viewer")
    assert builder.call("GET", f"automations/{made.pk}").json()["draft"]["steps"]
    seen = viewer.call("GET", f"automations/{made.pk}").json()
    assert seen["name"] == made.name
    assert not {"draft", "versions", "passed", "standing"} & seen.keys()
    run = run_of(cleo).pk
    for path in (f"automations/{made.pk}/runs", f"automations/runs/{run}"):
        assert builder.call("GET", path).status_code == 200
        assert viewer.call("GET", path).status_code == 404


def test_a_stranger_uses_up_nobodys_share_of_calls(cast: Cast, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 5
    limits.forget()
    made = build([change()], by=cast.ada, trigger={"kind": "webhook", "field": "email", "key": "email"})
    key = new_secret(made, by=cast.ada)
    person(by=cast.ada, email="cleo@example.com")

    def calls(key: str, address: str) -> int:
        sent = Client().post(f"/api/v1/hooks/{made.pk}/{key}", json.dumps({"email": "cleo@example.com"}),
                             content_type="application/json", REMOTE_ADDR=address)  # fmt: skip
        return sent.status_code

    stranger = [calls("wrong", f"2001:db8:0:1::{number:x}") for number in range(8)]
    assert stranger == [404] * 5 + [429] * 3  # one household, however many addresses it has
    assert calls(key, "192.0.2.7") == 202
    assert [calls(key, f"192.0.2.{number}") for number in range(10, 16)] == [202] * 4 + [429] * 2
    limits.forget()
