"""A file brought in by a program: sent, mapped, started, looked at, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from perennial.objects.importing.working import work
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
FILE = b"Name,E-mail,Town\nCleo,cleo@example.com,York\nKleo,nobody,York\n"


@pytest.fixture
def cast(tmp_path: Any, settings: Any) -> Cast:
    settings.PERENNIAL_FILES = tmp_path
    return make_cast()


def send(program: Program, content: bytes, path: str = "people/imports?name=people.csv") -> Any:
    return Client().generic("POST", f"/api/v1/{path}", content, "application/octet-stream", headers=program.headers)


def test_a_file_is_sent_mapped_started_and_taken_back(cast: Cast) -> None:
    program = Program(cast, "administrator")
    taken = send(program, FILE)
    assert taken.status_code == 201, taken.content
    made = taken.json()
    assert (made["status"], made["shape"]["headings"]) == ("uploaded", ["Name", "E-mail", "Town"])
    assert made["mapping"]["email"] == 1
    changed = program.call("PATCH", f"imports/{made['id']}", {"mapping": {**made["mapping"], "city": 2}})
    assert changed.json()["mapping"]["city"] == 2
    assert program.call("POST", f"imports/{made['id']}/start").json()["status"] == "ready"
    assert program.call("POST", f"imports/{made['id']}/start").status_code == 409
    work(made["id"])
    done = program.read(f"imports/{made['id']}")
    assert (done["status"], done["created"], done["skipped"]) == ("done", 1, 1)
    assert done["reasons"][0]["count"] == 1
    assert b"nobody" in b"".join(program.call("GET", f"imports/{made['id']}/skipped").streaming_content)
    assert program.read("people?fields=city")["data"][0]["city"] == "York"
    assert program.call("POST", f"imports/{made['id']}/revert").json()["restored"] == 1
    assert program.read("people")["data"] == []
    assert [each["id"] for each in program.read("imports")["data"]] == [made["id"]]


def test_nobody_else_sees_or_starts_it(cast: Cast) -> None:
    program, viewer = Program(cast, "administrator"), Program(cast, "viewer")
    assert send(viewer, FILE).status_code == 403
    made = send(program, FILE).json()["id"]
    assert viewer.call("GET", f"imports/{made}").status_code == 404
    for verb in ("start", "try", "cancel", "revert"):
        assert viewer.call("POST", f"imports/{made}/{verb}").status_code == 404
    assert viewer.read("imports")["data"] == []


def test_what_cannot_be_read_is_refused(cast: Cast) -> None:
    program = Program(cast, "administrator")
    assert send(program, b"").status_code == 422
    assert send(program, b"PK\x03\x04 no zip at all").status_code == 422
    assert send(program, FILE, "shoes/imports").status_code == 404
    made = send(program, FILE).json()["id"]
    for body in ({"mapping": {"email": 9}}, {"mapping": {"shoe": 1}}, {"mapping": []}, {"colour": {}}):
        assert program.call("PATCH", f"imports/{made}", body).status_code == 422
    assert program.call("POST", f"imports/{made}/burn").status_code == 404
    assert program.call("POST", f"imports/{made}/revert").status_code == 409
