"""The one port: intake and live streams are answered here, everything else by Django in threads."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from perennial.customers.intake.app import application as intake
from perennial.customers.intake.app import stop as stop_intake
from perennial.server import health, metrics
from perennial.server.bridge import Bridge
from perennial.server.live import Hub, stream
from perennial.server.wsgi import application as pages

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
PATIENCE = 8.0


class Front:
    """Routes by the first part of the path. What each route is called is also its name in /metricsz."""

    def __init__(self, *, hub: Hub, intake: Application | None, threads: int) -> None:
        self.hub = hub
        self.intake = intake
        self.pages = Bridge(cast(Any, pages), workers=threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        path = str(scope["path"])
        match path:
            case "/healthz":
                await answer(send, 200, "alive")
            case "/readyz":
                problem = await asyncio.to_thread(health.why_not_ready)
                await answer(send, 503 if problem else 200, problem or "ready")
            case "/metricsz":
                await self._metrics(scope, send)
            case "/metrics":  # people look for the page, programs for the numbers of the process
                await go_to(send, "/metrics/" if _is_browser(scope) else "/metricsz")
            case "/live":
                await stream(self.hub, scope, receive, send)
            case _ if path.startswith("/v1/") and self.intake is not None:
                await self._measured("intake", self.intake, scope, receive, send)
            case _:
                await self._measured(metrics.kind_of(path), self.pages, scope, receive, send)

    async def _measured(self, kind: str, application: Application, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 500

        async def send_and_note(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await application(scope, receive, send_and_note)
        finally:
            metrics.note_request(kind, str(scope["method"]), status, seconds=time.perf_counter() - started)

    async def _metrics(self, scope: Scope, send: Send) -> None:
        if not metrics.may_read(scope, token=settings.ENVIRONMENT.metrics_token):
            await answer(send, 404, "not found")
            return
        text = await asyncio.to_thread(metrics.page)
        await answer(send, 200, text, kind=metrics.CONTENT_TYPE)

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})


def _is_browser(scope: Scope) -> bool:
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


async def go_to(send: Send, address: str) -> None:
    headers = [(b"location", address.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def answer(send: Send, status: int, text: str, *, kind: str = "text/plain; charset=utf-8") -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


async def serve() -> None:
    environment = settings.ENVIRONMENT
    hub = Hub()
    front = Front(hub=hub, intake=intake, threads=environment.web_threads)
    server = Server(
        front,
        address=environment.host,
        port=environment.port,
        interface=Interfaces.ASGINL,
        backlog=1024,
        log_level=LogLevels.error,
        websockets=False,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    listening = asyncio.create_task(hub.listen())
    serving = asyncio.create_task(server.serve())
    await asyncio.wait({serving, asyncio.create_task(stopping.wait())}, return_when=asyncio.FIRST_COMPLETED)
    hub.close()
    listening.cancel()
    if serving.done():
        serving.result()
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.wait({serving}, timeout=PATIENCE)
    await stop_intake()


def main() -> None:
    asyncio.run(serve())
