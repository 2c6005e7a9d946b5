"""Segments for programs: made, changed, read, each with the rights of its key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from perennial.rules.models import Segment
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.tests.cast import make_cast
from tests.segments.world import inside, it_is, person, settled


class Program:
    """Sends JSON with a key."""

    def __init__(self, role: str, by: Any) -> None:
        self.key = create_key(role, role=Role.objects.get(key=role), by=by)[1]
        self.client = Client()

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(self.client, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.key}"}, **sent)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def cast():
    found = make_cast()
    it_is(100)
    return found


def test_a_program_makes_reads_changes_and_retires_a_segment(cast) -> None:
    call = Program("administrator", cast.ada)
    cleo = person("Cleo", country="KZ")
    person("Dov", country="BA")
    status, made = call("post", "/segments", {"kind": "people", "name": "Of Kazakhstan", "filter": 'country = "KZ"',
                                              "live": True})  # fmt: skip
    assert (status, made["key"], made["version"], made["settled"]) == (201, "of_kazakhstan", 1, False)
    settled()
    assert call("get", "/segments/of_kazakhstan")[1]["members"] == 1
    status, page = call("get", "/segments/of_kazakhstan/members?limit=1")
    assert (status, [each["title"] for each in page["data"]], page["next"]) == (200, ["Cleo"], None)
    assert page["data"][0]["entered_at"]
    assert call("get", f"/people/{cleo.pk}/segments")[1]["data"][0]["segment"] == "of_kazakhstan"
    assert [each["title"] if "title" in each else each["name"]
            for each in call("get", "/people?filter=in segment of_kazakhstan")[1]["data"]] == ["Cleo"]  # fmt: skip
    status, changed = call(
        "patch", "/segments/of_kazakhstan", {"filter": 'country = "BA"', "version": 1, "name": "Bosnia"}
    )
    assert (status, changed["version"], changed["name"], changed["key"]) == (200, 2, "Bosnia", "of_kazakhstan")
    settled()
    assert inside(Segment.objects.get(key="of_kazakhstan")) == {"Dov"}
    assert call("patch", "/segments/of_kazakhstan", {"filter": "country is empty", "version": 1})[0] == 412
    assert [each["version"] for each in call("get", "/segments/of_kazakhstan/versions")[1]["data"]] == [2, 1]
    assert call("patch", "/segments/of_kazakhstan", {"back_to": 1})[1]["version"] == 3
    assert call("patch", "/segments/of_kazakhstan", {"state": "retired"})[1]["state"] == "retired"
    assert call("get", "/segments")[1]["data"] == []
    assert len(call("get", "/segments?retired=true")[1]["data"]) == 1


def test_wrong_words_are_refused_and_change_nothing(cast) -> None:
    call = Program("administrator", cast.ada)
    deep = {"all": []}
    for _number in range(60):
        deep = {"all": [deep]}
    for body in (
        {"kind": "people", "name": "X", "filter": "nonsense ("},
        {"kind": "people", "name": "X", "filter": 'nothing_like_it = "1"'},
        {"kind": "people", "name": "X", "condition": {"version": 2, "field": "'; DROP TABLE", "op": "eq", "value": 1}},
        {"kind": "people", "name": "X", "condition": deep},
        {"kind": "people", "name": "X", "condition": [1]},
        {"kind": "people", "name": "", "filter": "country is empty"},
        {"kind": "people", "name": "X" * 81, "filter": "country is empty"},
        {"kind": "planets", "name": "X", "filter": "country is empty"},
        {"kind": "people", "name": "X", "filter": "country is empty", "more": 1},
        {"kind": 7, "name": "X"},
    ):
        status, answer = call("post", "/segments", body)
        assert status in (400, 422), (body, answer)
    assert not Segment.objects.exists()


def test_a_key_that_may_not_sees_no_segments_and_makes_none(cast) -> None:
    admin, viewer, none = (Program(role, cast.ada) for role in ("administrator", "viewer", "none"))
    admin("post", "/segments", {"kind": "people", "name": "All", "filter": "everything", "live": True})
    assert viewer("get", "/segments/all")[0] == 200
    assert viewer("patch", "/segments/all", {"name": "Mine"})[0] == 403
    assert viewer("post", "/segments", {"kind": "people", "name": "Mine", "filter": "everything"})[0] == 403
    assert none("get", "/segments")[1]["data"] == []
    for path in ("/segments/all", "/segments/all/members", "/segments/all/versions"):
        assert none("get", path)[0] == 404
    assert none("post", "/segments", {"kind": "people", "name": "Mine", "filter": "everything"})[0] == 403
