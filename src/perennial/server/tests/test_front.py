from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from perennial.server.front import Front
from perennial.server.live import Hub, Listener, signed_in_user
from perennial.server.metrics import may_read
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def ask(front: Front, path: str, *headers: tuple[bytes, bytes]) -> tuple[int, str]:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "http_version": "1.1",
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 50_000),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(front(scope, receive, send), 20))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.fixture
def front() -> Front:
    return Front(hub=Hub(), intake=None, threads=2)


def test_it_is_alive_and_counts_its_requests(front: Front) -> None:
    assert ask(front, "/healthz") == (200, "alive")
    assert ask(front, "/nowhere/at-all")[0] in (302, 404)
    status, text = ask(front, "/metricsz")
    assert status == 200
    assert 'perennial_requests_total{kind="page",method="GET"' in text
    assert ask(front, "/metrics")[0] == ask(front, "/metrics", (b"accept", b"text/html,*/*"))[0] == 302


def test_metrics_are_for_this_machine_or_the_token() -> None:
    near = {"headers": [], "client": ("127.0.0.1", 1)}
    assert may_read(near, token="")
    assert not may_read({"headers": [], "client": ("10.0.0.9", 1)}, token="")
    assert not may_read(near | {"headers": [(b"x-forwarded-for", b"10.0.0.9")]}, token="")
    assert not may_read(near, token="secret")
    assert may_read({"headers": [(b"authorization", b"Bearer secret")], "client": None}, token="secret")


def test_strangers_hear_nothing_live(front: Front) -> None:
    assert ask(front, "/live")[0] == 403
    assert ask(front, "/live", (b"cookie", b"perennial_session=guess"))[0] == 403


def test_a_session_is_known_until_its_user_leaves() -> None:
    ada = make_cast().ada_user
    session = SessionStore()
    session[SESSION_KEY] = str(ada.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = ada.get_session_auth_hash()
    session.save()
    assert signed_in_user(str(session.session_key)) == ada.pk
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    assert signed_in_user(str(session.session_key)) is None


def test_a_live_message_reaches_its_user_only_and_never_blocks() -> None:
    async def story() -> None:
        hub = Hub()
        seven, eight = hub.open(Listener(7)), hub.open(Listener(8))
        assert seven is not None
        assert eight is not None
        hub.tell(json.dumps({"user": 7, "event": "import", "data": {"run": 1}}))
        assert seven.get_nowait() == 'event: import\ndata: {"run": 1}\n\n'
        assert eight.empty()
        hub.tell(json.dumps({"event": "a\ndata: forged", "data": None}))
        assert eight.get_nowait() == "event: a\ndata: null\n\n"
        hub.tell("no json")
        for _ in range(500):
            hub.tell(json.dumps({"event": "tick"}))
        hub.close()
        assert hub.open(Listener(9)) is None

    asyncio.run(story())
