"""The feed of changes, with real commits: what is told, in which order, to whom, and never less."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connection

from perennial.objects.made.defining import make_field, make_kind
from perennial.rest import changes
from perennial.rest.tests.program import Program
from perennial.workspace.models import Role
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def follow(program: Program, after: str = "", query: str = "") -> tuple[list[dict[str, Any]], str]:
    """All that there is behind a place, and the place behind it."""
    told: list[dict[str, Any]] = []
    while True:
        page = program.read(f"changes?after={after}&{query}")
        told, after = told + page["data"], page["next"]
        if not page["more"]:
            return told, after


def test_everything_that_became_of_records_is_told_in_order(cast: Cast) -> None:
    program = Program(cast, "administrator")
    start = program.read("changes?after=latest")["next"]
    cleo = program.call("POST", "people", {"name": "Cleo", "email": "cleo@example.com"}).json()["id"]
    other = program.call("POST", "people", {"name": "Kleo"}).json()["id"]
    program.call("PATCH", f"people/{cleo}", {"name": "Cleo B."})
    run = program.call("POST", "people/actions/customers.set_qualification",
                       {"ids": [cleo], "input": {"qualification": "qualified"}}).json()["run"]  # fmt: skip
    program.call("POST", f"runs/{run}/undo")
    merged = program.call("POST", "people/actions/customers.merge_customers", {"ids": [cleo, other]})
    assert merged.json()["results"][0]["status"] == "done", merged.content
    program.call("DELETE", f"people/{cleo}")
    told, end = follow(program, start)
    assert [(each["record"], each["change"]) for each in told[:5]] == [
        (cleo, "create"), (other, "create"), (cleo, "update"), (cleo, "update"), (cleo, "update"),
    ]  # fmt: skip
    assert {(each["record"], each["change"]) for each in told[5:]} >= {(cleo, "merge"), (other, "merge")}
    assert (told[-1]["record"], told[-1]["change"]) == (cleo, "delete")
    assert told[0]["values"]["email"] == "cleo@example.com"
    assert (told[2]["values"], told[2]["old"]) == ({"name": "Cleo B."}, {"name": "Cleo"})
    assert (told[4]["action"], told[4]["old"]) == ("undo", {"qualification": "qualified"})
    assert told[3]["run"] == run
    loser = next(each for each in told if each["change"] == "merge" and each["record"] == other)
    assert loser["values"] == {"merged_into": cleo}
    assert {each["kind"] for each in told} == {"people"}
    assert follow(program, end) == ([], end)
    assert follow(program, told[2]["cursor"])[0] == told[3:]
    assert follow(program, start, "limit=1") == (told, end)
    assert follow(program, start, "kinds=orders")[0] == []


def test_a_slow_transaction_is_waited_for_and_never_skipped(cast: Cast) -> None:
    program = Program(cast, "administrator")
    start = program.read("changes?after=latest")["next"]
    wanted = connection.get_connection_params()
    with psycopg.connect(**{key: value for key, value in wanted.items() if key != "cursor_factory"}) as slow:
        slow.execute(
            'INSERT INTO timeline_change (occurred_at, known_at, object_key, record_id, kind, "values", actor, action)'
            " VALUES (now(), now(), 'customers.person', 77, 'update', '{}', 'system:0', 'slow')"
        )
        cleo = program.call("POST", "people", {"name": "Cleo"}).json()["id"]
        assert follow(program, start) == ([], start)
        slow.commit()
    assert [each["record"] for each in follow(program, start)[0]] == [77, cleo]


def test_pages_go_on_behind_what_is_not_for_the_key(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "SCANNED", 3)
    program = Program(cast, "administrator")
    start = program.read("changes?after=latest")["next"]
    program.call("POST", "companies/batch", {"create": [{"name": f"Acme {n}"} for n in range(8)]})
    program.call("POST", "people", {"name": "Cleo"})
    first = program.read(f"changes?after={start}&kinds=people")
    assert (first["data"], first["more"]) == ([], True)
    assert [each["values"]["name"] for each in follow(program, start, "kinds=people")[0]] == ["Cleo"]
    role = Role.objects.get(key="viewer")
    objects = {**role.rights_json["objects"], "customers.company": {"view": "none"}}
    hidden = {"customers.person": {"email": "none"}}
    Role.objects.filter(pk=role.pk).update(rights_json={**role.rights_json, "objects": objects, "fields": hidden})
    program.call("POST", "people", {"name": "Cleo B.", "email": "cleo@example.com"})
    told = follow(Program(cast, "viewer"), start)[0]
    assert [each["kind"] for each in told] == ["people", "people"]
    assert all("email" not in each["values"] for each in told)


def test_definitions_are_told_and_settings_only_to_who_manages_them(cast: Cast) -> None:
    program, viewer = Program(cast, "administrator"), Program(cast, "viewer")
    start = program.read("changes?after=latest")["next"]
    kind = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(kind.key, type="number", label="Length", by=cast.ada)
    for each in (program, viewer):
        told = follow(each, start)[0]
        assert {entry["kind"] for entry in told} == {"objects.made_kind", "objects.made_field"}
        assert told[-1]["values"]["label"] == "Length"


@pytest.mark.parametrize("after", ["x", "1-2", "00000000-1", "a-b-c", "-1-1", "1-1-1-1", "٣-٣-٣"])
def test_what_is_no_cursor_is_refused(cast: Cast, after: str) -> None:
    program = Program(cast, "administrator")
    assert program.call("GET", f"changes?after={after}").status_code in (410, 422)


def test_a_cursor_of_another_database_has_to_start_over(cast: Cast) -> None:
    program = Program(cast, "administrator")
    answer = program.call("GET", "changes?after=00000000-5-5")
    assert (answer.status_code, answer.json()["code"]) == (410, "feed_started_over")
    assert program.call("GET", "changes?kinds=shoes").status_code == 422
    assert program.call("POST", "changes").status_code == 405
