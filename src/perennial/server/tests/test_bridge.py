from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from perennial.server import bodies
from perennial.server.bridge import Bridge


def scope() -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "http_version": "1.1",
        "headers": [(b"host", b"localhost")],
    }


async def nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def test_a_client_that_goes_away_frees_its_thread_and_closes_the_answer() -> None:
    closed: list[bool] = []
    made: list[int] = []

    def endless(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])

        def chunks() -> Any:
            try:
                for number in range(10_000):
                    made.append(number)
                    yield b"x" * 65_536
            finally:
                closed.append(True)

        return chunks()

    async def broken(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            raise ConnectionError

    bridge = Bridge(endless, workers=1)
    asyncio.run(asyncio.wait_for(bridge(scope(), nothing, broken), 5))
    assert closed == [True]
    assert len(made) < 100


def test_small_pieces_travel_together() -> None:
    def pieces(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"a"] * 1000

    sent: list[dict[str, Any]] = []

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Bridge(pieces, workers=1)(scope(), nothing, keep))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b"a" * 1000


def posted(*headers: tuple[bytes, bytes], path: str = "/") -> dict[str, Any]:
    return scope() | {"method": "POST", "path": path, "headers": [(b"host", b"localhost"), *headers]}


def reader(read: list[bytes]) -> Callable[[Any, Any], list[bytes]]:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        read.append(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    return application


def answered(application: Any, asked: dict[str, Any], *messages: dict[str, Any]) -> int:
    sent: list[dict[str, Any]] = []
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(Bridge(application, workers=1)(asked, receive, send), 5))
    return int(sent[0]["status"])


def test_clients_that_send_nothing_hold_no_thread() -> None:
    read: list[bytes] = []
    bridge = Bridge(reader(read), workers=1)

    async def silent() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    async def ignore(message: dict[str, Any]) -> None:
        pass

    async def story() -> None:
        held = [asyncio.create_task(bridge(posted((b"content-length", b"5000")), silent, ignore)) for _ in range(20)]
        await asyncio.sleep(0.05)
        await asyncio.wait_for(bridge(scope(), nothing, ignore), 2)
        for each in held:
            each.cancel()

    asyncio.run(story())
    assert read == [b""]


def test_a_client_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    sent: list[int] = []

    async def silent() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("status", 0))

    asyncio.run(Bridge(reader([]), workers=1)(posted((b"content-length", b"5")), silent, send))
    assert sent[0] == 408


def test_a_body_is_read_whole_or_not_at_all() -> None:
    read: list[bytes] = []
    large = b"x" * (3 * 1024 * 1024)
    headers = ((b"content-length", b"%d" % (len(large) + 1)),)
    parts = ({"type": "http.request", "body": large, "more_body": True}, {"type": "http.request", "body": b"y"})
    assert answered(reader(read), posted(*headers), *parts) == 200
    assert read == [large + b"y"]
    cut = ({"type": "http.request", "body": b"name=A", "more_body": True}, {"type": "http.disconnect"})
    assert answered(reader(read), posted((b"content-length", b"9")), *cut) == 408
    assert len(read) == 1


def test_strangers_send_nothing_large() -> None:
    read: list[bytes] = []
    announced = (b"content-length", b"%d" % (bodies.LARGEST + 1))
    assert answered(reader(read), posted(announced)) == 413
    assert answered(reader(read), posted(announced, path="/import/new/customers.person/")) == 413
    unsaid = [{"type": "http.request", "body": b"x" * 4 * 1024 * 1024, "more_body": True}] * 5
    assert answered(reader(read), posted((b"transfer-encoding", b"chunked")), *unsaid) == 413
    assert read == []


def test_a_header_with_underscores_does_not_pass_for_one_with_dashes() -> None:
    seen: list[Any] = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ.get("HTTP_X_FORWARDED_PROTO"))
        start_response("200 OK", [])
        return []

    answered(application, posted((b"x_forwarded_proto", b"https")))
    answered(application, posted((b"x-forwarded-proto", b"https")))
    assert seen == [None, "https"]


def test_an_address_that_is_not_encoded_is_read_all_the_same() -> None:
    seen: list[str] = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ["QUERY_STRING"])
        start_response("200 OK", [])
        return []

    assert answered(application, scope() | {"query_string": "q=Želj&a=%20+b".encode()}) == 200
    assert seen == ["q=%C5%BDelj&a=%20+b"]
