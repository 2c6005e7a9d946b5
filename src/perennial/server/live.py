"""/live: server-sent events to signed-in people.

Any room may tell them something: `SELECT pg_notify('perennial_live', '{"user": 7, "event": "import", "data": {…}}')`
within a transaction reaches user 7's open pages on commit (no user: everyone's; with "at" in place of it: the pages of
those who look at that record). Keep it under 8,000 bytes, and send ids to look up rather than contents: the stream is
a hint to refresh, never a source.

`/live?at=kind/id` says which record the page shows. Those who look at the same one are told of each other, for as long
as their streams are open: nothing is kept, so nothing has to be tidied up.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from procrastinate.contrib.django.utils import connector_params

from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects.collaboration.subjects import subject
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import User

CHANNEL = "perennial_live"
HEARTBEAT = 20.0
MOST_STREAMS = 2000
MOST_WAITING = 100
MOST_NAMES = 20
log = logging.getLogger(__name__)

Queue = asyncio.Queue[str | None]


@dataclass(frozen=True, slots=True)
class Listener:
    """Whose stream it is; `place` is the record that the page shows, "" for none that they may see."""

    user_id: int
    name: str = ""
    place: str = ""


class Hub:
    """The open streams of this process, fed by one listening connection."""

    def __init__(self) -> None:
        self.streams: dict[Queue, Listener] = {}
        self.is_closed = False

    def open(self, listener: Listener) -> Queue | None:
        if self.is_closed or len(self.streams) >= MOST_STREAMS:
            return None
        queue: Queue = asyncio.Queue(MOST_WAITING)
        self.streams[queue] = listener
        self.show_who_is_there(listener.place)
        return queue

    def leave(self, queue: Queue) -> None:
        left = self.streams.pop(queue, None)
        if left is not None and not self.is_closed:
            self.show_who_is_there(left.place)

    def show_who_is_there(self, place: str) -> None:
        """Each is told the others' names; nobody is another to themselves in a second window."""
        if not place:
            return
        there = {queue: each for queue, each in self.streams.items() if each.place == place}
        for queue, listener in there.items():
            others = {each.user_id: each.name for each in there.values() if each.user_id != listener.user_id}
            _put(queue, _message("viewers", sorted(others.values())[:MOST_NAMES]))

    def close(self) -> None:
        self.is_closed = True
        for queue in self.streams:
            _put(queue, None)

    def tell(self, payload: str) -> None:
        try:
            message = json.loads(payload)
            event, user, place = str(message["event"]), message.get("user"), message.get("at")
        except (ValueError, KeyError, TypeError):
            log.warning("Something that is no live message was sent on %s.", CHANNEL)
            return
        text = _message(event.splitlines()[0], message.get("data"))
        for queue, listener in self.streams.items():
            if listener.place == place if place is not None else user is None or user == listener.user_id:
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
    asked = asked_place(scope)
    listener = await asyncio.to_thread(listener_of, session_key, asked) if session_key else None
    queue = hub.open(listener) if listener is not None else None
    if queue is None:
        status = 403 if listener is None else 503
        await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]})
        await send({"type": "http.response.body", "body": b""})
        return
    gone = asyncio.create_task(_wait_until_gone(receive))
    gone.add_done_callback(lambda _task: _put(queue, None))  # at once: others are told that they left
    try:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_piece("retry: 3000\n\n"))
        while not gone.done():
            try:
                text = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                text = ": still here\n\n"
                if await asyncio.to_thread(listener_of, session_key, asked) != listener:
                    break  # signed out meanwhile, or the record is not theirs to see any more
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


def listener_of(session_key: str, asked: tuple[str, int] | None) -> Listener | None:
    """Whoever this session belongs to, at the record that they ask for, if it is theirs to see."""
    user_id = signed_in_user(session_key)
    if user_id is None or asked is None:
        return None if user_id is None else Listener(user_id)
    try:
        user = User.objects.select_related("role").get(pk=user_id)
        about = subject(*asked, by=actor_of_user(user))
        return Listener(user_id, user.name, f"{about.object_key}/{about.record_id}")
    except (NotFound, User.DoesNotExist):
        return Listener(user_id)
    finally:
        connection.close()


def asked_place(scope: dict[str, Any]) -> tuple[str, int] | None:
    """The kind and the number in "at=customers.person/104"."""
    asked = parse_qs(bytes(scope.get("query_string", b"")).decode("latin1")).get("at", [""])[0]
    key, _slash, number = asked.partition("/")
    id = whole_number(number)
    return (key, id) if key and id is not None else None


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


def _message(event: str, data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"


def _piece(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


def _put(queue: Queue, text: str | None) -> None:
    if queue.full():  # a page that does not read: it refreshes when it does
        queue.get_nowait()
    queue.put_nowait(text)
