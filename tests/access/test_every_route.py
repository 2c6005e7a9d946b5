"""Nobody reads or changes what is not theirs: every address of the house is tried by a stranger, by somebody without
rights, and by somebody who has a right to other records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from perennial.foundation.sql import fetch
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db

SECRET = "Zanzibarbara"  # a name that must never be read by the wrong person
OPEN = ("sign-in/", "password/", "invitation/", "welcome/", "me/language/", "api/v1/openapi.json",
        "api/v1/conditions/schema", "static/", "readyz", "healthz", "kit/")  # fmt: skip
OWN = (
    "me/",
    "sign-out/",
    "search/",
    "running/",
    "exports/",
    "today/",
    "notifications",
    "live",
)  # everybody's own, and empty for them
ANSWERS = {"kind_key": "customers.person", "record_id": "1", "action_key": "customers.add_note", "run_id": "1",
           "import_id": "1", "user_id": "1", "role_id": "1", "key_id": "1", "token": "made-up", "key": "made-up",
           "path": "people", "external_id": "X1", "rest": "x"}  # fmt: skip


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address of the URL configuration, its parts filled in."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, prefix + str(each.pattern))
            continue
        address = prefix + str(each.pattern).lstrip("^").rstrip("$")
        for name in each.pattern.converters:
            for converter in ("int", "str", "slug", "uuid", "path"):
                address = address.replace(f"<{converter}:{name}>", ANSWERS.get(name, "1"))
        if "<" not in address and "(" not in address:
            yield "/" + address


ADDRESSES = sorted(set(addresses(get_resolver().url_patterns)))


def changed_rows() -> list[tuple[int, ...]]:
    """What a write would move: the log of changes, the runs, the records, the users and keys."""
    return fetch(
        "SELECT (SELECT count(*) FROM timeline_change), (SELECT count(*) FROM objects_run),"
        " (SELECT count(*) FROM customers_customer WHERE deleted_at IS NULL), (SELECT count(*) FROM workspace_user),"
        " (SELECT count(*) FROM workspace_apikey), (SELECT sum(version) FROM customers_customer)")  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    record_id = create_record(object_types["customers.person"], {"name": SECRET, "email": "z@example.com"}, by=cast.ada)
    ANSWERS["record_id"] = str(record_id)
    return cast


def test_there_are_addresses_to_try() -> None:
    assert len(ADDRESSES) > 40
    assert "/settings/keys/" in ADDRESSES


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_a_stranger_gets_nowhere(cast: Cast, method: str) -> None:
    before = changed_rows()
    for address in map(filled, ADDRESSES):
        if address.lstrip("/").startswith(OPEN):
            continue
        response = getattr(Client(), method)(address)
        assert response.status_code in (302, 401, 403, 404, 405), address
        if response.status_code == 302:
            assert response.headers["Location"].startswith(("/sign-in/", "/welcome/")), address
        assert SECRET not in body_of(response), address
    assert changed_rows() == before


@pytest.mark.parametrize("person", ["dov", "ben"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_record_is_not_there(cast: Cast, person: str, method: str) -> None:
    """Dov has no right at all; Ben has rights on his own records, and this one is not his."""
    client = Client()
    client.post("/sign-in/", {"email": f"{person}@example.com", "password": PASSWORD})
    before = changed_rows()
    for address in map(filled, ADDRESSES):
        if address.lstrip("/").startswith((*OPEN, *OWN)) or address.startswith("/api/"):
            continue
        response = getattr(client, method)(address, {"name": "Changed"} if method == "post" else {})
        assert response.status_code < 500, address
        assert SECRET not in body_of(response), address
        if ("/1/" in address or "/settings/" in address) and "sign" not in address:
            assert response.status_code in (302, 403, 404, 405), address
    after = changed_rows()
    assert after[0][3:5] == before[0][3:5], "users and keys are administrators' to change"
    if person == "dov":
        assert after == before


def filled(address: str) -> str:
    return address.replace("/o/customers.person/1/", f"/o/customers.person/{ANSWERS['record_id']}/").replace(
        "/people/1", f"/people/{ANSWERS['record_id']}")  # fmt: skip


def body_of(response: object) -> str:
    content = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content  # type: ignore[attr-defined]
    return str(content.decode("utf-8", "replace"))
