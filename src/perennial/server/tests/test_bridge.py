from __future__ import annotations

import asyncio
from typing import Any

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
