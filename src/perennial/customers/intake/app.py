"""The intake as an ASGI application: it answers `/v1/…` inside the front, beside Django.

`application` is for the front; it needs no lifespan. `stop` lets everything that waits be committed and ends the
writer, for a clean end.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from django.db import DatabaseError

from perennial.customers.intake import counters
from perennial.customers.intake.calls import Sender, read_call, shared_context, shared_moment
from perennial.customers.intake.keys import Keys, WriteKey
from perennial.customers.intake.reasons import Refusal
from perennial.customers.intake.storing import Item
from perennial.customers.intake.wire import (
    LARGEST_EVENT,
    LARGEST_REQUEST,
    MOST_EVENTS,
    Frame,
    TooLarge,
    Unreadable,
    open_batch,
    open_single,
    text_of,
    unpack,
)
from perennial.customers.intake.writer import Busy, Unavailable, Writer
from perennial.foundation import clock

log = logging.getLogger(__name__)
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# The second of each is what analytics.js uses.
_CALLS = {
    "identify": "identify", "i": "identify", "track": "track", "t": "track", "page": "page", "p": "page",
    "screen": "screen", "s": "screen", "group": "group", "g": "group", "alias": "alias", "a": "alias",
}  # fmt: skip
_BATCHES = {"batch", "b", "import"}
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
    (b"access-control-max-age", b"86400"),
]
_RETRY_SECONDS = 2


class Answer(NamedTuple):
    status: int
    body: dict[str, Any]
    retry_after: int = 0


class Intake:
    """One front's intake: its keys and its writer."""

    def __init__(self) -> None:
        self.keys = Keys()
        self.writer = Writer()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = str(scope["path"]).rpartition("/v1/")[2].rstrip("/")
        method = scope["method"]
        if method == "OPTIONS":
            await _send(send, Answer(204, {}))
        elif call not in _CALLS and call not in _BATCHES:
            await _send(send, _problem(404, "unknown_call", "There is no such call."))
        elif method != "POST":
            await _send(send, _problem(405, "post_only", "Events are sent by POST."))
        else:
            await _send(send, await self._answer(call, dict(scope["headers"]), receive))

    async def stop(self) -> None:
        await self.writer.stop()

    async def _answer(self, call: str, headers: dict[bytes, bytes], receive: Receive) -> Answer:
        try:
            body = await _read(receive)
            encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
            plain = unpack(body, encoding=encoding)
            return await self._take(call, headers, plain)
        except TooLarge:
            return _problem(413, "too_large", f"A request holds at most {LARGEST_REQUEST // 1024} kB.")
        except Unreadable as error:
            return _problem(400, "malformed", str(error))
        except (Busy, Unavailable, DatabaseError):
            return _problem(503, "busy", "Too much is waiting. Send it again.", retry_after=_RETRY_SECONDS)
        except _Gone:
            return _problem(400, "cut_off", "The request ended before its body did.")

    async def _take(self, call: str, headers: dict[bytes, bytes], body: bytes) -> Answer:
        unreadable: Unreadable | None = None
        try:
            frame = open_batch(body) if call in _BATCHES else open_single(body)
        except Unreadable as error:
            frame, unreadable = Frame([]), error
        key = await self._key(headers.get(b"authorization", b""), text_of(frame.write_key))
        if key is None:
            return _problem(401, "unknown_key", "This write key is not known, or was revoked.")
        if unreadable is not None:
            await self.writer.submit([Item(key.id, body, refusal=Refusal("malformed", str(unreadable)))])
            raise unreadable
        items = _items(call, frame, key, offset=self.keys.offset)
        if not items:
            return _problem(400, "empty_batch", "The batch holds no events.")
        if len(items) > MOST_EVENTS:
            return _problem(413, "too_many", f"A batch holds at most {MOST_EVENTS} events.")
        await self.writer.submit(items)
        return _outcome(items)

    async def _key(self, authorization: bytes, in_body: str) -> WriteKey | None:
        """By Basic (the key is the user name) or Bearer; else by `writeKey` in the body."""
        secret = _secret(authorization)
        key = await self.keys.find(secret) if secret else None
        if key is None and in_body and in_body != secret:
            key = await self.keys.find(in_body)
        return key


class _Gone(Exception):
    """The client went away in the middle of its body."""


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_REQUEST:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _secret(authorization: bytes) -> str:
    scheme, _, credentials = authorization.partition(b" ")
    credentials = credentials.strip()
    if scheme.lower() == b"bearer":
        return credentials.decode("latin-1")
    if scheme.lower() != b"basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _items(call: str, frame: Frame, key: WriteKey, *, offset: timedelta) -> list[Item]:
    if len(frame.events) > MOST_EVENTS:
        return [Item(key.id, b"")] * (MOST_EVENTS + 1)  # is refused whole
    sender = Sender(
        key.id, key.name, clock.real_now(), offset, shared_moment(frame.sent_at),
        shared_context(frame.context) if frame.context else b"{}", _CALLS.get(call, ""), call == "import",
    )  # fmt: skip
    items = []
    for raw in frame.events:
        read = read_call(raw, sender)
        if isinstance(read, Refusal):
            items.append(Item(key.id, raw[: LARGEST_EVENT + 1], refusal=read))
        else:
            items.append(Item(key.id, raw, call=read))
    return items


def _outcome(items: Sequence[Item]) -> Answer:
    """2xx when anything of it is stored, now or before; what was refused is named by its place in the request."""
    refused = [
        {"index": index, "code": item.refusal.code, "message": item.refusal.sentence}
        for index, item in enumerate(items)
        if item.refusal is not None
    ]
    duplicates = sum(item.is_duplicate for item in items)
    accepted = len(items) - len(refused) - duplicates
    counters.EVENTS.labels("accepted").inc(accepted)
    counters.EVENTS.labels("duplicate").inc(duplicates)
    counters.EVENTS.labels("refused").inc(len(refused))
    body: dict[str, Any] = {
        "success": len(refused) < len(items), "accepted": accepted, "duplicates": duplicates, "refused": refused,
    }  # fmt: skip
    if len(refused) < len(items):
        return Answer(200, body)
    return Answer(400, body | {"code": refused[0]["code"], "message": refused[0]["message"]})


def _problem(status: int, code: str, message: str, *, retry_after: int = 0) -> Answer:
    return Answer(status, {"success": False, "code": code, "message": message}, retry_after)


async def _send(send: Send, answer: Answer) -> None:
    counters.ANSWERS.labels(str(answer.status)).inc()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *_CORS]
    # No WWW-Authenticate on 401: a browser would ask the visitor of a shop for a password.
    if answer.retry_after:
        headers.append((b"retry-after", str(answer.retry_after).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(answer.body) if answer.body else b""})


application = Intake()
stop = application.stop
