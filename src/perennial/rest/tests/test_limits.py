from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from perennial.rest import limits
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any) -> Iterator[None]:
    settings.API_REQUESTS_PER_MINUTE = 3
    limits.forget()
    yield
    limits.forget()


def test_each_answer_says_what_is_left_and_one_too_many_when_to_come_back() -> None:
    cast = make_cast()
    program, other = Program(cast, "viewer"), Program(cast, "administrator")
    for left in (2, 1, 0):
        answer = program.call("GET", "people")
        assert answer.status_code == 200
        assert answer["RateLimit-Policy"] == '"key";q=3;w=60'
        assert answer["RateLimit"] in (f'"key";r={left};t=60', f'"key";r={left};t=59')
    refused = program.call("GET", "people")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 55 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].startswith('"key";r=0;t=')
    assert other.call("GET", "people").status_code == 200  # each key has its own


def test_what_is_refused_counts_and_says_what_is_left_too() -> None:
    program = Program(make_cast(), "viewer")
    answer = program.call("POST", "people", {"name": "Cleo"})
    assert (answer.status_code, answer["RateLimit"][:9]) == (403, '"key";r=2')
    stranger = program.call("GET", "people", Authorization="Bearer no-key")
    assert stranger.status_code == 401
    assert "RateLimit" not in stranger


def test_a_minute_later_the_key_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(make_cast(), "viewer")
    now = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    assert [program.call("GET", "people").status_code for _time in range(5)] == [200, 200, 200, 429, 429]
    now[0] += 60.5
    assert program.call("GET", "people")["RateLimit"] == '"key";r=2;t=60'
