"""Django in threads beside the asynchronous front.

A request gets a thread once its body is here, and most answers travel back in one piece: the thread hands over the
whole of it at its end. Only a long answer (an export) is handed over piece by piece, at the pace of whoever reads it;
one whose reader goes away in the middle frees its thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import IO, Any
from urllib.parse import quote_from_bytes

from a2wsgi.wsgi import build_environ

from perennial.server import bodies
from perennial.server.live import session_key_of, signed_in_user

Message = dict[str, Any]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any], Iterable[bytes]]
_PLAIN = "".join(map(chr, range(33, 127)))
PIECE = 64 * 1024


class ClientGone(Exception):
    """Ends a response nobody reads."""


class Bridge:
    def __init__(self, application: Application, *, workers: int) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="page")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # What a proxy says of the client has dashes in its name; with underscores it would look the same to Django.
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        # What was not encoded is: a2wsgi reads ASCII only.
        scope = {**scope, "headers": headers, "query_string": quote_from_bytes(scope["query_string"], _PLAIN).encode()}
        if not bodies.has_body(headers):
            await self._answer(scope, BytesIO(), send)
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
                await self._answer(scope, held, send)

    async def _answer(self, scope: Any, body: IO[bytes], send: Send) -> None:
        environ: Any = build_environ(scope, body)  # type: ignore[arg-type]
        answer = Answer(self.application, environ, asyncio.get_running_loop(), send)
        await answer.pass_on(await answer.loop.run_in_executor(self.threads, answer.make))


class Answer:
    """One answer on its way. `make` runs in a thread."""

    def __init__(self, application: Application, environ: Any, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.application = application
        self.environ = environ
        self.loop = loop
        self.sender = send
        self.waiting: list[Message] = []  # the beginning, until it is sent

    def make(self) -> list[Message]:
        """Run the application; what has not been sent when it ends."""
        held, size = [], 0
        iterable = self.application(self.environ, self._begin)
        try:
            for chunk in iterable:
                held.append(chunk)
                size += len(chunk)
                if size >= PIECE:
                    self._send({"type": "http.response.body", "body": b"".join(held), "more_body": True})
                    held, size = [], 0
        except ClientGone:
            return []
        finally:
            getattr(iterable, "close", lambda: None)()
        return [*self.waiting, {"type": "http.response.body", "body": b"".join(held)}]

    def _begin(self, status: str, headers: list[tuple[str, str]], _fault: Any = None) -> Callable[[bytes], None]:
        named = [(name.strip().encode("latin1").lower(), value.strip().encode("latin1")) for name, value in headers]
        self.waiting = [{"type": "http.response.start", "status": int(status[:3]), "headers": named}]
        return lambda chunk: self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    def _send(self, message: Message) -> None:
        """Now, and wait until it is taken."""
        messages, self.waiting = [*self.waiting, message], []
        if not asyncio.run_coroutine_threadsafe(self.pass_on(messages), self.loop).result():
            raise ClientGone

    async def pass_on(self, messages: list[Message]) -> bool:
        """Whether the client was still there to take them."""
        try:
            for message in messages:
                await self.sender(message)
        except Exception:  # noqa: BLE001 - whatever the server says of a broken connection
            return False
        return True


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
