"""Django in threads beside the asynchronous front.

a2wsgi, with some additions: a request gets a thread once its body is here; small chunks travel together; and a client
that goes away in the middle of a download frees its thread (a2wsgi's own responder would wait for ever once its queue
is full).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote_from_bytes

from a2wsgi.wsgi import WSGIMiddleware, WSGIResponder

from perennial.server import bodies
from perennial.server.live import session_key_of, signed_in_user

Send = Callable[[Any], Awaitable[None]]
_PLAIN = "".join(map(chr, range(33, 127)))
PIECE = 64 * 1024


class ClientGone(Exception):
    """Ends a response nobody reads."""


class Bridge(WSGIMiddleware):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # What a proxy says of the client has dashes in its name; with underscores it would look the same to Django.
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        # What was not encoded is: a2wsgi reads ASCII only.
        scope = {**scope, "headers": headers, "query_string": quote_from_bytes(scope["query_string"], _PLAIN).encode()}
        if not bodies.has_body(headers):
            await self._answer(scope, _nothing, send)
            return
        with bodies.place() as held:
            try:
                most = await _most(scope)
                if bodies.announced(headers) > most:
                    raise bodies.TooLarge
                await bodies.take(receive, held, most=most)
            except bodies.TooLarge:
                await _refuse(send, 413, b"This is too large.")
            except bodies.CutOff:
                await _refuse(send, 408, b"The request did not come to its end.")
            else:
                await self._answer(scope, bodies.Held(held), send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        await Responder(self.app, self.executor, self.send_queue_size)(scope, receive, send)


async def _nothing() -> dict[str, Any]:
    return bodies.NOTHING


async def _most(scope: Any) -> int:
    """Files are large; they are taken only from somebody who is signed in."""
    if not scope["path"].startswith(bodies.UPLOADS) or bodies.announced(scope["headers"]) <= bodies.LARGEST:
        return bodies.LARGEST
    session_key = session_key_of(scope)
    is_known = session_key and await asyncio.to_thread(signed_in_user, session_key) is not None
    return bodies.LARGEST_UPLOAD if is_known else bodies.LARGEST


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"),
               (b"x-content-type-options", b"nosniff"), (b"connection", b"close")]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


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
