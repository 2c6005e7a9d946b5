"""Asking over kept connections, one after another or several at a time."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

_PAUSE = 2.0  # seconds, well below those after which the server closes an idle connection


class Unexpected(Exception):
    """An answer that is not the one that was asked for; a time of it would mean nothing."""


@dataclass
class Client:
    """One connection that is kept; a new one after a pause, in which the server may have closed it."""

    port: int
    headers: Mapping[str, str]
    connection: http.client.HTTPConnection = field(init=False)
    asked_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, method: str, path: str, body: bytes | None = None, *, expects: tuple[int, ...] = (200,)) -> bytes:
        if time.monotonic() - self.asked_at > _PAUSE:
            self.connection.close()  # asking opens it again
        self.connection.request(method, path, body, dict(self.headers))
        answer = self.connection.getresponse()
        read = answer.read()
        self.asked_at = time.monotonic()
        if answer.status not in expects:
            raise Unexpected(f"{method} {path} answered {answer.status}: {read[:300]!r}")
        return read

    def timed(self, paths: Iterable[str]) -> list[float]:
        """Seconds of each GET, answer read to its end."""
        return [timed(lambda path=path: self.ask("GET", path)) for path in paths]  # type: ignore[misc]


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def together(clients: Sequence[Client], acts: Iterable[Callable[[Client], object]]) -> float:
    """How many a second, when each connection takes the next as soon as it is free."""
    waiting, lock, done, bad = iter(acts), threading.Lock(), [0], list[Exception]()

    def work(client: Client) -> None:
        while not bad:
            with lock:
                act = next(waiting, None)
                done[0] += act is not None
            if act is None:
                return
            try:
                act(client)
            except Exception as error:  # noqa: BLE001 - raised again by the caller
                bad.append(error)

    threads = [threading.Thread(target=work, args=[client]) for client in clients]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if bad:
        raise bad[0]
    return done[0] / seconds


def warm(client: Client, paths: Sequence[str], count: int = 20) -> None:
    for path in islice(paths, count):
        client.ask("GET", path)
