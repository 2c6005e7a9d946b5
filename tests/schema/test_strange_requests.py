"""What no client library sends: the answer is a refusal, never a 5xx, and below the API always a problem document."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.processes.running import Running, running

pytestmark = pytest.mark.slow

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
REQUESTS = {
    "slash at the end, read": b"GET /api/v1/people/ HTTP/1.1\r\n" + HOST,
    "slash at the end, written": b"POST /api/v1/people/ HTTP/1.1\r\nContent-Length: 2\r\n" + JSON + HOST + b"\r\n{}",
    "two slashes": b"GET /api/v1//people HTTP/1.1\r\n" + HOST,
    "null byte in the path": b"GET /api/v1/people/by/a%00b HTTP/1.1\r\n" + HOST,
    "invalid UTF-8 in the path": b"GET /api/v1/people/by/%ff%fe HTTP/1.1\r\n" + HOST,
    "raw bytes in the path": b"GET /api/v1/people/by/\xff HTTP/1.1\r\n" + HOST,
    "line feed in the path": b"GET /api/v1/people/by/a%0Ab HTTP/1.1\r\n" + HOST,
    "surrogate in the path": b"GET /api/v1/people/by/%ed%a0%80 HTTP/1.1\r\n" + HOST,
    "null byte in the query": b"GET /api/v1/people?search=a%00b HTTP/1.1\r\n" + HOST,
    "null byte in a filter": b"GET /api/v1/people?filter=name%20%3D%20%22a%00%22 HTTP/1.1\r\n" + HOST,
    "invalid UTF-8 in the query": b"GET /api/v1/people?search=%ff%fe&%ff=1 HTTP/1.1\r\n" + HOST,
    "a parameter twice": b"GET /api/v1/people?limit=1&limit=x HTTP/1.1\r\n" + HOST,
    "a huge query": b"GET /api/v1/people?search=" + b"a" * 60_000 + b" HTTP/1.1\r\n" + HOST,
    "very many parameters": b"GET /api/v1/people?" + b"a=1&" * 12_000 + b" HTTP/1.1\r\n" + HOST,
    "a deep filter": b"GET /api/v1/people?filter=" + b"(" * 20_000 + b" HTTP/1.1\r\n" + HOST,
    "bytes in headers": b"GET /api/v1/people HTTP/1.1\r\nIf-None-Match: \xff\xfe\r\nX-\xff: 1\r\n" + HOST,
    "bytes in the idempotency key": (
        b"POST /api/v1/people HTTP/1.1\r\nIdempotency-Key: \xff\xfe\r\nContent-Length: 2\r\n" + JSON + HOST + b"\r\n{}"
    ),
    "a strange language": b"GET /api/v1/people HTTP/1.1\r\nAccept-Language: " + b"x-" * 2000 + b"\r\n" + HOST,
    "a strange host": b"GET /api/v1/people HTTP/1.1\r\nHost: evil.example\r\n",
    "a strange cookie": b"GET /api/v1/people HTTP/1.1\r\nCookie: perennial_session=\xff\x01;;==\r\n" + HOST,
    "a strange length": b"POST /api/v1/people HTTP/1.1\r\nContent-Length: -1\r\n" + JSON + HOST,
    "a strange charset": (
        b"POST /api/v1/people HTTP/1.1\r\nContent-Length: 2\r\nContent-Type: application/json; charset=nope\r\n"
        + HOST + b"\r\n{}"
    ),
    "an unknown method": b"BREW /api/v1/people HTTP/1.1\r\n" + HOST,
    "a deep body": (
        b"POST /api/v1/people HTTP/1.1\r\nContent-Length: 100000\r\n" + JSON + HOST + b"\r\n" + b"[" * 100_000
    ),
}  # fmt: skip
# Refused before our own code, whichever address is asked: by the HTTP server, or by Django for the host.
BY_THE_SERVER = {"raw bytes in the path", "a strange length", "bytes in headers", "a strange host", "a strange cookie"}


@pytest.fixture(scope="module")
def it() -> Iterator[Running]:
    with running() as it:
        yield it


@pytest.fixture(scope="module")
def key(it: Running) -> bytes:
    return it.command("key", "create", "--name", "strange", "--role", "administrator").splitlines()[-1].encode()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_strange_request_is_refused_or_answered(it: Running, key: bytes, name: str) -> None:
    first, rest = REQUESTS[name].split(b"\r\n", 1)
    sent = first + b"\r\nConnection: close\r\nAuthorization: Bearer " + key + b"\r\n" + rest
    status, head, body = answered(it.port, sent if b"\r\n\r\n" in sent else sent + b"\r\n")
    assert 200 <= status < 500, body[:500]
    assert status not in (301, 302), "a program is told, not sent elsewhere"
    if status >= 400 and name not in BY_THE_SERVER:
        assert b"application/problem+json" in head.lower(), head + body[:300]
    assert it.status("/healthz") == 200


def answered(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _gap, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head, body
