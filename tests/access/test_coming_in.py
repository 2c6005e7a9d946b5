"""Coming in: passwords are not tried without end, and links lead home whatever address was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from perennial.workspace.models import Mail
from perennial.workspace.tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    caches["tries"].clear()


def sign_in(email: str, password: str) -> int:
    return Client().post("/sign-in/", {"email": email, "password": password}).status_code


def test_wrong_passwords_are_counted_whatever_else_is_tried_meanwhile() -> None:
    make_cast()
    for _ in range(5):
        assert sign_in("ada@example.com", "wrong") == 422
    for number in range(700):  # more than a cache that forgets would keep
        caches["tries"].set(f"other-{number}", 1)
        caches["default"].set(f"other-{number}", 1)
    for _ in range(5):
        assert sign_in("Ada@example.com ", "wrong") == 422
    assert sign_in("ada@example.com", PASSWORD) == 422
    assert sign_in("ben@example.com", PASSWORD) == 302


def test_a_right_password_forgets_the_wrong_ones() -> None:
    make_cast()
    for _ in range(3):
        for _ in range(9):
            sign_in("ada@example.com", "wrong")
        assert sign_in("ada@example.com", PASSWORD) == 302


def test_links_in_mail_begin_with_the_public_address(settings: Any) -> None:
    make_cast()
    settings.ALLOWED_HOSTS = ["*"]
    settings.LINKS_BEGIN_WITH = "https://crm.example.com"
    Client().post("/password/", {"email": "ada@example.com"}, headers={"host": "evil.example.net"})
    body = Mail.objects.get().body
    assert "https://crm.example.com/password/" in body
    assert "evil" not in body


def test_nobody_is_flooded_with_links() -> None:
    make_cast()
    for _ in range(9):
        assert Client().post("/password/", {"email": "ada@example.com"}).status_code == 200
    assert Mail.objects.count() == 5


@pytest.mark.parametrize("address", ["/sign-in/", "/password/", "/me/language/", "/today/later/a%2500b/",
                                     "/o/customers.person/new/"])  # fmt: skip
def test_a_nul_is_refused_and_breaks_nothing(address: str) -> None:
    signed_in = Client()
    signed_in.force_login(make_cast().ada_user)
    for client in (Client(), signed_in):
        status = client.post(address, {"email": "a\x00b", "password": "x", "until": "tomorrow"}).status_code
        assert 400 <= status < 500
        assert client.get(f"{address}?q=%00").status_code in (400, 405)
