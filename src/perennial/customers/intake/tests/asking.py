"""Asking an intake without a server: one ASGI call, in a loop of its own."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from perennial.customers.intake.app import Intake


class Answer(NamedTuple):
    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def basic(secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{secret}:".encode()).decode()}


def ask(
    intake: Intake, path: str, body: object, *, headers: dict[str, str] | None = None, method: str = "POST"
) -> Answer:
    return asyncio.run(answer(intake, path, body, headers=headers or {}, method=method))


async def answer(intake: Intake, path: str, body: object, *, headers: dict[str, str], method: str = "POST") -> Answer:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    parts = [
        {"type": "http.request", "body": data[:1000], "more_body": True},
        {"type": "http.request", "body": data[1000:], "more_body": False},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
    }
    await intake(scope, receive, send)
    said = sent[1]["body"]
    return Answer(
        sent[0]["status"],
        msgspec.json.decode(said) if said else {},
        {key.decode(): value.decode() for key, value in sent[0]["headers"]},
    )


@contextmanager
def an_intake() -> Iterator[Intake]:
    intake = Intake()
    try:
        yield intake
    finally:
        asyncio.run(intake.stop())
