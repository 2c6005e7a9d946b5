"""The past under a rule comes in parts, each with what was told before; what a client makes up is not gone on with."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from perennial.studio.builder import replaying
from perennial.studio.tests.test_metrics import cast, signed_in
from perennial.workspace.tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["cast"]
URL = "/rules/backtest/customers.person/"


def asked(client: Client, country: str, **more: str) -> str:
    tree = {"version": 2, "all": [{"field": "country", "op": "eq", "value": country}]}
    return client.post(URL, {"tree": json.dumps(tree), **more}).content.decode()


def rest_of(text: str) -> dict[str, Any]:
    found = re.search(r'hx-vals="([^"]*)"', text)
    assert found is not None, text[:2000]
    rest: dict[str, Any] = json.loads(unescape(found[1]))
    return rest


def test_the_past_is_told_in_parts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = signed_in(cast.ada_user)
    monkeypatch.setattr(replaying, "WEEKS", 2)
    monkeypatch.setattr(replaying, "PATIENCE", 0.0)
    first = asked(ada, "KZ")
    assert 'value="1" max="3"' in first
    second = asked(ada, "KZ", **rest_of(first))
    assert 'value="2" max="3"' in second
    for made_up in ("", "[", "[[1,2,3]]", json.dumps([json.loads(rest_of(first)["replayed"])[0], [1, -2, "x"]])):
        assert 'value="1" max="3"' in asked(ada, "KZ", replayed=made_up)
    assert 'value="1" max="3"' in asked(ada, "GB", **rest_of(second))
    monkeypatch.setattr(replaying, "PATIENCE", 600.0)
    whole = asked(ada, "KZ", **rest_of(second))
    assert "<progress" not in whole
    assert "What they did in the" in whole
