"""Every address of the room asks who is there, and changes nothing for another website or by a method it has not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from perennial.studio.urls import urlpatterns
from perennial.workspace.tests.cast import Cast, make_cast

PLACES = {"<str:kind_key>": "customers.person", "<slug:key>": "chosen", "<str:key>": "chosen", "<slug:word>": "retire",
          "<slug:does>": "stop", "<str:does>": "stop"}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for each in patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, here)
            continue
        for name, value in PLACES.items():
            here = here.replace(name, value)
        while "<" in here:
            start, _open, rest = here.partition("<")
            here = f"{start}1{rest.partition('>')[2]}"
        yield here


def test_every_page_is_closed_to_strangers_and_to_other_websites(cast: Cast) -> None:
    stranger, ada = Client(), Client(enforce_csrf_checks=True)
    ada.force_login(cast.ada_user)
    found = list(addresses(urlpatterns))
    assert len(found) > 30
    for address in found:
        assert stranger.get(address).headers.get("Location", "").startswith("/sign-in"), address
        assert ada.post(address, {}).status_code == 403, address


def test_methods_that_a_page_has_not_are_refused(cast: Cast) -> None:
    ada = Client(raise_request_exception=False)
    ada.force_login(cast.ada_user)
    for address in addresses(urlpatterns):
        for method in ("PUT", "DELETE", "PATCH"):
            assert ada.generic(method, address).status_code == 405, (method, address)


def test_whoever_has_no_right_finds_no_page_that_fails(cast: Cast) -> None:
    dov = Client(raise_request_exception=False)
    dov.force_login(cast.dov_user)
    for address in addresses(urlpatterns):
        for answer in (dov.get(address), dov.post(address, {})):
            assert answer.status_code in (200, 302, 403, 404, 405), (address, answer.status_code)
