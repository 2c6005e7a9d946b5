from __future__ import annotations

import pytest

from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_an_action_runs_on_a_set_and_is_taken_back(cast: Cast) -> None:
    program = Program(cast, "administrator")
    made = program.call("POST", "people/batch", {"create": [{"name": "Cleo"}, {"name": "Cleo B."}]}).json()["create"]
    ids = [each["id"] for each in made]
    body = {"ids": [*ids, 999_999], "input": {"qualification": "qualified"}}
    answer = program.call("POST", "people/actions/customers.set_qualification", body, Idempotency_Key="once")
    assert answer.status_code == 200, answer.content
    run = answer.json()
    assert [each["status"] for each in run["results"]] == ["done", "done", "refused"]
    assert run["results"][2]["code"] == "not_found"
    assert program.read(f"people/{ids[0]}?fields=qualification")["qualification"] == "qualified"
    again = program.call("POST", "people/actions/customers.set_qualification", body, Idempotency_Key="once")
    assert again.json() == run
    undone = program.call("POST", f"runs/{run['run']}/undo")
    assert (undone.status_code, undone.json()["restored"]) == (200, 2)
    assert program.read(f"people/{ids[0]}")["qualification"] != "qualified"
    assert program.call("POST", f"runs/{run['run']}/undo").status_code == 409


@pytest.mark.parametrize("body", [{"ids": "1"}, {"ids": [True]}, {"ids": [0]}, {"ids": []}, {"input": {}},
                                  {"ids": [1], "more": 1},
                                  {"ids": [1], "input": []}, {"ids": [1], "input": {"qualification": "none"}},
                                  {"ids": [1], "input": {"colour": "red"}}, {"ids": [1], "input": {"a": "\x00"}},
                                  {"ids": [1], "input": {"owner": 10**30}}, {"ids": list(range(1, 1002))}])  # fmt: skip
def test_input_of_another_shape_is_refused_with_its_place(cast: Cast, body: object) -> None:
    program = Program(cast, "administrator")
    answer = program.call("POST", "people/actions/customers.set_qualification", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"]


def test_a_day_beyond_the_calendar_is_refused(cast: Cast) -> None:
    program = Program(cast, "administrator")
    task = program.call("POST", "tasks", {"title": "Call"}).json()["id"]
    for moment in ("0009-12-18T04:23:43Z", "9000-01-01T00:00:00Z"):
        answer = program.call(
            "POST", "tasks/actions/customers.postpone_task", {"ids": [task], "input": {"until": moment}}
        )
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "input.until")


def test_only_who_may_runs_an_action(cast: Cast) -> None:
    program, viewer = Program(cast, "administrator"), Program(cast, "viewer")
    cleo = program.call("POST", "people", {"name": "Cleo"}).json()["id"]
    body = {"ids": [cleo], "input": {"qualification": "qualified"}}
    assert viewer.call("POST", "people/actions/customers.set_qualification", body).status_code == 403
    run = program.call("POST", "people/actions/customers.set_qualification", body).json()["run"]
    assert viewer.call("POST", f"runs/{run}/undo").status_code == 404
    assert program.call("POST", "people/actions/customers.no_such", body).status_code == 404
    assert program.call("POST", "orders/actions/customers.set_qualification", body).status_code == 404
    assert program.call("GET", "people/actions/customers.set_qualification").status_code == 405
    assert program.call("POST", f"runs/{run}x/undo").status_code == 404
