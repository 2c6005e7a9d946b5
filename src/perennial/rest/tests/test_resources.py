"""The API as a program meets it: the same few calls on people, as on every kind."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.rest.tests.program import Program
from perennial.workspace.keys import revoke_key
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_record_is_created_read_changed_and_deleted(cast: Cast) -> None:
    program = Program(cast, "administrator")
    made = program.call("POST", "people", {"name": "Cleo", "email": "cleo@example.com"})
    assert made.status_code == 201
    cleo = made.json()
    assert made.headers["Location"] == f"/api/v1/people/{cleo['id']}"
    read = program.call("GET", f"people/{cleo['id']}")
    assert read.json() == cleo
    assert program.call("GET", f"people/{cleo['id']}", If_None_Match=read.headers["ETag"]).status_code == 304
    changed = program.call("PATCH", f"people/{cleo['id']}", {"name": "Cleo B."}, If_Match=read.headers["ETag"])
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = program.call("PATCH", f"people/{cleo['id']}", {"name": "Cleo C."}, If_Match=read.headers["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert program.call("DELETE", f"people/{cleo['id']}").status_code == 204
    assert program.call("GET", f"people/{cleo['id']}").status_code == 404


def test_a_list_is_filtered_sorted_and_goes_on_from_its_cursor(cast: Cast) -> None:
    program = Program(cast, "administrator")
    program.call("POST", "people/batch", {"create": [{"name": f"Cleo {n}", "city": "York"} for n in range(5)]})
    program.call("POST", "people", {"name": "Ben", "city": "Almaty"})
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = program.call("GET", f"people?filter=city%3D%22York%22&sort=-name&limit=2{cursor}").json()
        seen += [each["name"] for each in page["data"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen == ["Cleo 4", "Cleo 3", "Cleo 2", "Cleo 1", "Cleo 0"]
    assert [each["name"] for each in program.call("GET", "people?search=ben").json()["data"]] == ["Ben"]


@pytest.mark.parametrize("query", ["filter=nonsense", "filter=nofield=1", "sort=nothing", "limit=0", "limit=x",
                                   "cursor=made-up", "colour=red", "facts=no.such", "filter=%00"])  # fmt: skip
def test_a_parameter_that_cannot_be_used_is_named(cast: Cast, query: str) -> None:
    answer = Program(cast, "administrator").call("GET", f"people?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b" ", 400), (b"{", 400), (b"[]", 400), (b'"x"', 400), (b'{"name": "\\u0000"}', 422), (b'{"name": {}}', 422),
     (b'{"nam": "x"}', 422), (b"{}", 422), (b'{"name": ' + b"[" * 5000, 400), (b"\xff\xfe", 400)],
)  # fmt: skip
def test_a_body_that_cannot_be_used_is_a_sentence(cast: Cast, body: bytes, status: int) -> None:
    program = Program(cast, "administrator")
    answer = Client().generic("POST", "/api/v1/people", body, "application/json", headers=program.headers)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_each_row_of_a_batch_has_its_own_result(cast: Cast) -> None:
    program = Program(cast, "administrator")
    answer = program.call("POST", "people/batch", {"create": [{"name": "A"}, {"nme": "B"}, 3], "delete": [10**12]})
    assert [each["status"] for each in answer.json()["create"]] == ["done", "refused", "refused"]
    assert answer.json()["delete"][0]["code"] == "not_found"


def test_the_same_idempotency_key_writes_once(cast: Cast) -> None:
    program = Program(cast, "administrator")
    first = program.call("POST", "people", {"name": "Cleo"}, Idempotency_Key="one")
    again = program.call("POST", "people", {"name": "Cleo"}, Idempotency_Key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(program.call("GET", "people").json()["data"]) == 1
    other = program.call("POST", "people", {"name": "Ben"}, Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_another_systems_id_finds_and_upserts(cast: Cast) -> None:
    program = Program(cast, "administrator")
    assert program.call("PUT", "people/by/crm-7", {"name": "Cleo"}).status_code == 201
    assert program.call("PUT", "people/by/crm-7", {"city": "York"}).status_code == 200
    found = program.call("GET", "people/by/crm-7").json()
    assert (found["name"], found["city"], found["external_id"]) == ("Cleo", "York", "crm-7")


def test_a_key_may_what_its_role_may_and_nothing_when_it_is_revoked(cast: Cast) -> None:
    made = Program(cast, "administrator").call("POST", "people", {"name": "Cleo"}).json()
    viewer = Program(cast, "viewer")
    assert viewer.call("GET", f"people/{made['id']}").status_code == 200
    assert viewer.call("POST", "people", {"name": "Ben"}).status_code == 403
    assert viewer.call("DELETE", f"people/{made['id']}").status_code in (403, 404)
    revoke_key(viewer.key)
    assert viewer.call("GET", "people").status_code == 401
    nobody = Program(cast, "none")
    for path in ("people", f"people/{made['id']}", "events", "customers"):
        answer = nobody.call("GET", path)
        assert answer.status_code == 404 or answer.json()["data"] == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nothing", "Basic YWRhOmFkYQ==", "Bearer pk_in_x"])
def test_without_a_key_nothing_opens(cast: Cast, header: str) -> None:
    for path in ("people", "people/1", "people/batch", "events", "orders"):
        answer = Client().get(f"/api/v1/{path}", headers={"Authorization": header})
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer.headers
