"""How a delivery to a webhook goes out: signed after Standard Webhooks, once, and what its answer means.

The key of the delivery is the message's id there, and the idempotency key: it stays the same when a person sends it
again. Two secrets sign while one replaces the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from django.utils.translation import gettext as _

from perennial.foundation.libraries import on_demand
from perennial.foundation.outbound import post
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.receivers import secrets_of
from perennial.timeline.outbox.ways import Claimed, Outcome, Send, Way, register_way

if TYPE_CHECKING:
    import standardwebhooks
else:
    standardwebhooks = on_demand("standardwebhooks")

WAY = "integrations.webhook"
_BUSY = frozenset((429, 502, 503, 504))  # answers that ask for patience


def prepare(claimed: Sequence[Claimed]) -> Mapping[int, Send | Outcome]:
    """By delivery its call, with all that it needs at hand."""
    found = Receiver.objects.in_bulk({each.payload.get("receiver") for each in claimed})
    return {each.id: _call_of(each, found.get(each.payload.get("receiver"))) for each in claimed}


def _call_of(claimed: Claimed, receiver: Receiver | None) -> Send | Outcome:
    if receiver is None or receiver.retired_at is not None:
        return Outcome("unsent", sentence=_("The receiver was removed."))
    if not receiver.is_on:
        return Outcome("unsent", sentence=_("The receiver is switched off."))
    if "body" not in claimed.payload:
        return Outcome("unsent", sentence=_("What it held has been erased."))
    secrets = secrets_of(receiver)
    if not secrets:
        return Outcome("unsent", sentence=_("Its secret cannot be read any more. Give the receiver a new one."))
    body = msgspec.json.encode(claimed.payload["body"])
    return partial(_send, receiver.url, body, headers_for(claimed.key, body, secrets), claimed.begin_by)


def headers_for(key: str, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    at = datetime.now(UTC)
    signatures = [standardwebhooks.Webhook(each).sign(key, at, body.decode()) for each in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Perennial",
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "Idempotency-Key": f'"{key}"',
    }


def _send(url: str, body: bytes, headers: Mapping[str, str], begin_by: float) -> Outcome:
    answer = post(url, body, headers, begin_by=begin_by)
    if 200 <= answer.status < 300:
        return Outcome("done", answer.status)
    return Outcome("refused", answer.status, _says(answer.body), is_busy=answer.status in _BUSY)


def _says(body: bytes) -> str:
    """The beginning of what the receiver says, as plain text."""
    text = body[:800].decode("utf-8", "replace")
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:200]


register_way(Way(WAY, prepare))
