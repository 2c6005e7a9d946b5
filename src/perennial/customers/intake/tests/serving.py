"""A real server for the tests: granian in a thread of its own, on a free port, with an intake of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from perennial.customers.intake.app import Intake
from perennial.foundation import crypto
from perennial.workspace.models import ApiKey


def make_key(name: str = "Shop") -> tuple[int, str]:
    secret = f"pk_in_{crypto.new_secret()}"
    key = ApiKey.objects.create(name=name, kind="intake", prefix=secret[:12], digest=crypto.digest(secret))
    return key.pk, secret


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(is_so: Callable[[], bool], *, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    never = threading.Event()
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("It did not come about.")
        never.wait(0.01)


def wait_for(port: int) -> None:
    wait_until(lambda: listens(port))


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


async def serve(intake: Intake, port: int, stopping: asyncio.Event) -> None:
    server = Server(
        intake, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, websockets=False, log_level=LogLevels.error
    )
    serving = asyncio.create_task(server.serve())
    await stopping.wait()
    server.stop()
    await asyncio.wait({serving}, timeout=10)
    await intake.stop()


@contextmanager
def served() -> Iterator[str]:
    """The address of a running intake, without the /v1."""
    port, started = free_port(), threading.Event()
    loop_and_stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        stopping = asyncio.Event()
        loop_and_stop.append((asyncio.get_running_loop(), stopping))
        started.set()
        await serve(Intake(), port, stopping)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    started.wait(10)
    wait_for(port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop, stopping = loop_and_stop[0]
        loop.call_soon_threadsafe(stopping.set)
        thread.join(15)
