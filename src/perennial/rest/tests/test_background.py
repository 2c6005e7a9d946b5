"""Many records at once by the API, and files of them: started, looked at, taken back, fetched."""

from __future__ import annotations

import pytest

from perennial.objects.bulk.working import work as work_bulk
from perennial.objects.exporting.working import work as work_export
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def program(cast: Cast) -> Program:
    program = Program(cast, "administrator")
    rows = [{"name": f"Cleo {number}", "city": "York" if number else "Leeds"} for number in range(4)]
    program.call("POST", "people/batch", {"create": rows})
    return program


def test_all_that_a_filter_finds_are_changed_and_taken_back(program: Program) -> None:
    asked = {"filter": 'city = "York"', "changes": [{"field": "country", "value": "GB"}]}
    seen = program.call("POST", "people/bulk", {**asked, "preview": True})
    assert (seen.status_code, seen.json()) == (200, {"count": 3, "left_out": 0})
    started = program.call("POST", "people/bulk", asked, Idempotency_Key="once")
    assert (started.status_code, started.json()["status"]) == (202, "ready")
    bulk = started.json()
    assert program.call("POST", "people/bulk", asked, Idempotency_Key="once").json() == bulk
    work_bulk(bulk["id"])
    done = program.read(f"bulks/{bulk['id']}")
    assert (done["status"], done["total"], done["changed"], done["refusals"]) == ("done", 3, 3, [])
    assert program.read('people?filter=country = "GB"&count=true')["count"]["value"] == 3
    assert program.call("POST", f"runs/{bulk['run']}/undo").json()["restored"] == 3
    assert program.read('people?filter=country = "GB"&count=true')["count"]["value"] == 0


def test_a_few_are_deleted_at_once(program: Program) -> None:
    ids = [each["id"] for each in program.read("people?limit=2")["data"]]
    done = program.call("POST", "people/bulk", {"ids": ids, "delete": True})
    assert (done.status_code, done.json()["status"], done.json()["changed"]) == (200, "done", 2)
    stopped = program.call("POST", f"bulks/{done.json()['id']}/stop")
    assert stopped.json()["status"] == "done"  # it was over


@pytest.mark.parametrize("body", [{}, {"changes": []}, {"filter": "everything"}, {"ids": [], "delete": True},
                                  {"ids": [1], "filter": "everything", "delete": True}, {"filter": 1, "delete": True},
                                  {"filter": "everything", "delete": True, "changes": []},
                                  {"ids": [1], "delete": "yes"}, {"colour": 1},
                                  {"filter": "shoe = 1", "delete": True}, {"filter": "everything", "changes": [1]},
                                  {"filter": "everything", "changes": [{"field": "shoe", "value": 1}]},
                                  {"ids": [1], "changes": [{"field": "email", "value": "no"}]}])  # fmt: skip
def test_what_says_nothing_clear_is_refused(program: Program, body: object) -> None:
    answer = program.call("POST", "people/bulk", body)
    assert answer.status_code == 422, answer.content


def test_nobody_else_changes_or_sees_it(cast: Cast, program: Program) -> None:
    viewer = Program(cast, "viewer")
    body = {"filter": "everything", "delete": True}
    assert viewer.call("POST", "people/bulk", body).status_code == 403
    bulk = program.call("POST", "people/bulk", body).json()["id"]
    assert viewer.call("GET", f"bulks/{bulk}").status_code == 404
    assert viewer.call("POST", f"bulks/{bulk}/stop").status_code == 404
    export = program.call("POST", "people/exports", {}).json()["id"]
    for path in (f"exports/{export}", f"exports/{export}/file"):
        assert viewer.call("GET", path).status_code == 404
    assert viewer.read("exports")["data"] == []


def test_records_become_a_file(program: Program) -> None:
    asked = {"format": "csv", "filter": 'city = "York"', "columns": ["name", "city"], "sort": "-name"}
    started = program.call("POST", "people/exports", asked)
    assert (started.status_code, started.json()["status"]) == (202, "ready")
    export = started.json()["id"]
    assert program.call("GET", f"exports/{export}/file").status_code == 404
    work_export(export)
    assert program.read(f"exports/{export}")["rows"] == 3
    file = program.call("GET", f"exports/{export}/file")
    assert file["Content-Type"].startswith("text/csv")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["name,city", "Cleo 3,York", "Cleo 2,York", "Cleo 1,York"]
    assert [each["id"] for each in program.read("exports")["data"]] == [export]


@pytest.mark.parametrize("body", [{"format": "doc"}, {"format": []}, {"columns": []}, {"columns": ["shoe"]},
                                  {"more": 1},
                                  {"columns": "name"}, {"filter": 1}, {"sort": "shoe"},
                                  {"filter": "shoe = 1"}])  # fmt: skip
def test_a_file_of_what_is_not_there_is_refused(program: Program, body: object) -> None:
    assert program.call("POST", "people/exports", body).status_code == 422
