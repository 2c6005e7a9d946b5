"""Writes that name an Idempotency-Key happen once: a repetition gets the first answer again.

After the IETF draft "The Idempotency-Key HTTP Header Field": the same key with another request is refused, and so
is a repetition while the first is still at work.
"""

from __future__ import annotations

from collections.abc import Callable
from json import loads

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.crypto import digest
from perennial.foundation.errors import Conflict, Invalid
from perennial.foundation.sql import execute, fetch_one, json
from perennial.workspace.actor import Actor

_KEPT_HEADERS = ("ETag", "Location")


def once(request: HttpRequest, by: Actor, write: Callable[[], HttpResponse]) -> HttpResponse:
    """Run `write`, or give the answer that the same request got before. Key and effect share one transaction."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return write()
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid({"Idempotency-Key": _("Use 1 to 200 printable characters, for example a UUID.")})
    body = request.body.decode("latin-1")
    fingerprint = digest(f"{request.method} {request.get_full_path()} {body}")
    with transaction.atomic():
        # The row is taken first: a second request with the key waits here until the first has committed.
        fresh = execute(
            "INSERT INTO objects_idempotency (actor, key, request_digest, status, headers, created_at)"
            " VALUES (%s, %s, %s, 0, '{}', now()) ON CONFLICT (actor, key) DO NOTHING",
            [by.log_name, key, fingerprint],
        )
        if not fresh:
            return _again(by, key, fingerprint)
        response = write()
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        execute(
            "UPDATE objects_idempotency SET status = %s, answer = %s::jsonb, headers = %s"
            " WHERE actor = %s AND key = %s",
            [response.status_code, response.content.decode() or "null", json(headers), by.log_name, key],
        )
    return response


def _again(by: Actor, key: str, fingerprint: str) -> HttpResponse:
    row = fetch_one(
        "SELECT request_digest, status, answer, headers FROM objects_idempotency WHERE actor = %s AND key = %s",
        [by.log_name, key],
    )
    assert row is not None
    if row[0] != fingerprint:
        raise Conflict(
            _("This Idempotency-Key was used for another request. Use a new key for a new request."),
            code="idempotency_key_reused",
        )
    headers = {**loads(row[3]), "Idempotent-Replayed": "true"}  # Django hands over jsonb as text
    if row[1] == 204:
        return HttpResponse(status=204, headers=headers)
    return HttpResponse(row[2], status=row[1], headers=headers, content_type="application/json")
