"""Django in threads beside the asynchronous front.

a2wsgi, with two additions: small chunks travel together, and a client that goes away in the middle of a download
frees its thread (a2wsgi's own responder would wait for ever once its queue is full).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from a2wsgi.wsgi import WSGIMiddleware, WSGIResponder

Send = Callable[[Any], Awaitable[None]]
PIECE = 64 * 1024


class ClientGone(Exception):
    """Ends a response nobody reads."""


class Bridge(WSGIMiddleware):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await Responder(self.app, self.executor, self.send_queue_size)(scope, Receive(receive), send)


class Receive:
    """granian answers `receive()` with a future of its own; a2wsgi hands it to the loop, which takes coroutines only."""

    def __init__(self, receive: Callable[[], Awaitable[Any]]) -> None:
        self.receive = receive

    async def __call__(self) -> Any:
        return await self.receive()


class Responder(WSGIResponder):
    is_gone = False

    async def sender(self, send: Send) -> None:
        while (message := await self.send_queue.get()) is not None:
            if self.is_gone:
                continue
            try:
                await send(message)
            except Exception:  # noqa: BLE001 - whatever the server says of a broken connection
                self.is_gone = True

    def send(self, message: Any) -> None:
        if self.is_gone:
            raise ClientGone
        asyncio.run_coroutine_threadsafe(self.send_queue.put(message), loop=self.loop).result()

    def wsgi(self, environ: Any, start_response: Any) -> None:
        iterable = self.app(environ, start_response)
        try:
            held, size = [], 0
            for chunk in iterable:
                held.append(chunk)
                size += len(chunk)
                if size >= PIECE:
                    self.send({"type": "http.response.body", "body": b"".join(held), "more_body": True})
                    held, size = [], 0
            self.send({"type": "http.response.body", "body": b"".join(held)})
        except ClientGone:
            pass
        finally:
            getattr(iterable, "close", lambda: None)()
