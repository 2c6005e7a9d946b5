"""Files by API: uploaded, named in a record, fetched with the rights to see it there."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.objects.files.models import KeptFile
from perennial.objects.made import catalogue
from perennial.objects.made.defining import make_field, make_kind
from perennial.rest.openapi import describe
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db, tmp_path, settings):
    settings.PERENNIAL_FILES = tmp_path
    cast = make_cast()
    make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field("made.boat", type="file", label="Plan", by=cast.ada)
    yield cast
    catalogue.forget()


def send(program: Program, content: bytes, name: str = "plan.pdf"):
    return Client().post(
        f"/api/v1/files?name={name}", content, content_type="application/octet-stream", headers=program.headers
    )


def test_a_file_is_uploaded_named_in_a_record_and_fetched_from_it(cast: Cast) -> None:
    program = Program(cast, "administrator")
    sent = send(program, b"%PDF-1.7")
    assert sent.status_code == 201
    kept = sent.json()
    assert (kept["name"], kept["size"], kept["media_type"]) == ("plan.pdf", 8, "application/pdf")
    boat = program.call("POST", "boats", {"name": "Swift", "plan": kept}).json()
    assert boat["plan"] == kept
    assert program.call("POST", "boats", {"name": "Grand", "plan": kept["id"]}).status_code == 201
    fetched = program.call("GET", f"boats/{boat['id']}/files/plan")
    assert (fetched.content, fetched.headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert fetched.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    for wrong in (
        f"boats/{boat['id']}/files/name",
        "boats/999/files/plan",
        "boats/x/files/plan",
        "nothing/1/files/plan",
    ):
        assert program.call("GET", wrong).status_code == 404


def test_what_may_run_and_whoever_may_not_write_are_refused(cast: Cast) -> None:
    program = Program(cast, "administrator")
    for content, name in ((b"MZ", "x.bin"), (b"", "x.txt"), (b"hello", "x.pdf")):
        refused = send(program, content, name)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")
    boat = program.call("POST", "boats", {"name": "Swift", "plan": send(program, b"%PDF-1.7").json()["id"]}).json()
    viewer = Program(cast, "viewer")
    assert send(viewer, b"%PDF-1.7").status_code == 403
    assert viewer.call("GET", f"boats/{boat['id']}/files/plan").status_code == 200
    assert Client().get(f"/api/v1/boats/{boat['id']}/files/plan").status_code == 401
    assert program.call("POST", "boats", {"name": "X", "plan": "0" * 32}).status_code == 422
    assert program.call("GET", "files").status_code == 405
    assert KeptFile.objects.count() == 1


def test_the_description_says_where_files_go(cast: Cast) -> None:
    paths = describe()["paths"]
    assert "/files" in paths
    assert "/boats/{id}/files/plan" in paths
