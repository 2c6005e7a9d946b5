"""/live: server-sent events to signed-in people.

Any room may tell them something: `SELECT pg_notify('perennial_live', '{"user": 7, "event": "import", "data": {…}}')`
within a transaction reaches user 7's open pages on commit (no user: everyone's). Keep it under 8,000 bytes, and
send ids to look up rather than contents: the stream is a hint to refresh, never a source.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from procrastinate.contrib.django.utils import connector_params

CHANNEL = "perennial_live"
HEARTBEAT = 20.0
MOST_STREAMS = 2000
MOST_WAITING = 100
log = logging.getLogger(__name__)

Queue = asyncio.Queue[str | None]


class Hub:
    """The open streams of this process, fed by one listening connection."""

    def __init__(self) -> None:
        self.streams: dict[Queue, int] = {}
        self.is_closed = False

    def open(self, user_id: int) -> Queue | None:
        if self.is_closed or len(self.streams) >= MOST_STREAMS:
            return None
        queue: Queue = asyncio.Queue(MOST_WAITING)
        self.streams[queue] = user_id
        return queue

    def leave(self, queue: Queue) -> None:
        self.streams.pop(queue, None)

    def close(self) -> None:
        self.is_closed = True
        for queue in self.streams:
            _put(queue, None)

    def tell(self, payload: str) -> None:
        try:
            message = json.loads(payload)
            event, user = str(message["event"]), message.get("user")
        except (ValueError, KeyError, TypeError):
            log.warning("Something that is no live message was sent on %s.", CHANNEL)
            return
        text = f"event: {event.splitlines()[0]}\ndata: {json.dumps(message.get('data'))}\n\n"
        for queue, user_id in self.streams.items():
            if user is None or user == user_id:
                _put(queue, text)

    async def listen(self) -> None:
        """For ever; a lost connection is made anew."""
        while True:
            try:
                wanted = await asyncio.to_thread(connector_params)
                async with await psycopg.AsyncConnection.connect(**(wanted | {"autocommit": True})) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    async for notice in listener.notifies():
                        self.tell(notice.payload)
            except psycopg.OperationalError as error:
                log.warning("Live updates wait for the database: %s", str(error).strip())
            await asyncio.sleep(1)


async def stream(
    hub: Hub,
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    session_key = session_key_of(scope)
    user_id = await asyncio.to_thread(signed_in_user, session_key) if session_key else None
    queue = hub.open(user_id) if user_id is not None else None
    if queue is None:
        status = 403 if user_id is None else 503
        await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]})
        await send({"type": "http.response.body", "body": b""})
        return
    gone = asyncio.create_task(_wait_until_gone(receive))
    try:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_piece("retry: 3000\n\n"))
        while not gone.done():
            try:
                text = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                text = ": still here\n\n"
                if await asyncio.to_thread(signed_in_user, session_key) != user_id:
                    break  # signed out meanwhile
            if text is None:
                break
            await send(_piece(text))
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        hub.leave(queue)


def signed_in_user(session_key: str) -> int | None:
    """The id of the user whom this session belongs to."""
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
        user = get_user(request)
        return int(user.pk) if user.is_authenticated else None
    finally:
        connection.close()


def session_key_of(scope: dict[str, Any]) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                continue
            if morsel is not None:
                return morsel.value
    return ""


async def _wait_until_gone(receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _piece(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


def _put(queue: Queue, text: str | None) -> None:
    if queue.full():  # a page that does not read: it refreshes when it does
        queue.get_nowait()
    queue.put_nowait(text)
