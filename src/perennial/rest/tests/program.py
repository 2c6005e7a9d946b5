"""A program that calls the API with a key of a role, and answers with what came back."""

from __future__ import annotations

import json
from typing import Any

import httpx
from django.test import Client
from perennial_client import Perennial

from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.tests.cast import Cast


class Inside(httpx.BaseTransport):
    """The way to this very application, in the transaction of the test."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer: Any = Client().generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            request.headers.get("Content-Type", ""),
            headers=dict(request.headers),
        )
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return httpx.Response(answer.status_code, headers=list(answer.items()), content=content)


class Program:
    """Calls with a key of a role."""

    def __init__(self, cast: Cast, role: str) -> None:
        self.key, self.secret = create_key(role, role=Role.objects.get(key=role), by=cast.ada)
        self.headers = {"Authorization": f"Bearer {self.secret}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return Client().generic(
            method,
            f"/api/v1/{path}",
            b"" if body is None else json.dumps(body).encode(),
            "application/json",
            headers=self.headers | named,
        )

    def read(self, path: str) -> Any:
        """The answer to a GET that must succeed."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()


def client_of(cast: Cast, role: str, *, transport: httpx.BaseTransport | None = None) -> Perennial:
    """The Python client, with a key of a role, in front of this very application."""
    _key, secret = create_key(role, role=Role.objects.get(key=role), by=cast.ada)
    return Perennial("http://localhost", secret, transport=transport or Inside())
