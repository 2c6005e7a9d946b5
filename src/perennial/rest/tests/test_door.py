"""What meets every request of a program, before it is known who asks."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.rest.tests.program import Program
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_answers_are_guarded_and_leave_no_cookie(cast: Cast) -> None:
    answer = Program(cast, "viewer").call("GET", "people")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"):
        assert name in answer, name
    assert int(answer["Content-Length"]) == len(answer.content)
    assert not answer.cookies
    assert "Vary" not in answer


def test_a_session_opens_nothing_here(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.ada_user)
    answer = browser.get("/api/v1/people")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Perennial"')


def test_refusals_are_said_in_the_firms_language_or_in_the_one_asked_for(cast: Cast) -> None:
    program = Program(cast, "viewer")
    said = {program.call("GET", "people/999", Accept_Language=each).json()["detail"] for each in ("en", "bs", "kk")}
    assert len(said) == 3
    Firm.objects.filter(pk=1).update(language="bs")
    forget_firm()
    assert program.call("GET", "people/999").json()["detail"] in said - {
        program.call("GET", "people/999", Accept_Language="en").json()["detail"]
    }


@pytest.mark.parametrize("path", ["", "shoes", "people/1/2/3/4", "a%0Ab", "people/by/", "people/actions/", "v1", "//"])
def test_other_addresses_are_told_as_problems(path: str) -> None:
    answer = Client().get(f"/api/v1/{path}")
    assert answer.status_code in (401, 404, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_another_name_of_the_server_is_refused(cast: Cast) -> None:
    answer = Program(cast, "viewer").call("GET", "people", Host="evil.example")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
