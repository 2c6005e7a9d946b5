"""Request bodies, taken in whole before one of the few threads is given to the request.

A client that sends slowly, or not at all, costs a connection and never a thread: otherwise as many of them as there
are threads would stop the house. A body that breaks off is not handed on as if it were whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from perennial.objects.importing.sniffing import LARGEST_FILE

LARGEST = 16 * 1024 * 1024
LARGEST_UPLOAD = LARGEST_FILE + LARGEST  # of a file to import, by somebody who is signed in
UPLOADS = "/import/new/"
PATIENCE = 30.0  # seconds without a byte
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024

Receive = Callable[[], Awaitable[dict[str, Any]]]


class TooLarge(Exception):
    """The body is larger than this address takes."""


class CutOff(Exception):
    """The client went away, or fell silent, in the middle of its body."""


def has_body(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") and value != b"0" for name, value in headers)


def announced(headers: list[tuple[bytes, bytes]]) -> int:
    """The length that the client names, 0 when it names none."""
    text = dict(headers).get(b"content-length", b"")
    return int(text) if text.isdigit() and len(text) < 19 else 0


def place() -> IO[bytes]:
    """Where a body waits: in memory while it is small, then in a nameless file of ours alone."""
    return SpooledTemporaryFile(max_size=IN_MEMORY)


async def take(receive: Receive, held: IO[bytes], *, most: int) -> None:
    """Take the whole body in. Large ones are written by a thread, so that a slow disk stops nobody else."""
    waiting, size = bytearray(), 0
    more = True
    while more:
        try:
            async with asyncio.timeout(PATIENCE):
                message = await receive()
        except TimeoutError:
            raise CutOff from None
        if message["type"] == "http.disconnect":
            raise CutOff
        more = message.get("more_body", False)
        waiting += message.get("body", b"")
        if size + len(waiting) > most:
            raise TooLarge
        if len(waiting) >= PIECE or not more:
            size += len(waiting)
            if size > IN_MEMORY:
                await asyncio.to_thread(held.write, bytes(waiting))
            else:
                held.write(waiting)
            waiting.clear()
    held.seek(0)
