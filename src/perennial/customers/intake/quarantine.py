"""What was refused, kept for people to look at: for thirty days, and never more than a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from perennial.customers.intake.reasons import REASONS, Refusal
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden
from perennial.foundation.sql import copy_rows, execute, fetch, fetch_one
from perennial.workspace.actor import Actor

KEPT_OF_BODY = 4096
DAYS_KEPT = 30
MOST_KEPT = 100_000


class Refused(NamedTuple):
    """A refused event. `sentence` is in the reader's language, `detail` what the program said, in English."""

    id: int
    received_at: datetime
    key_id: int
    key_name: str
    code: str
    sentence: str
    detail: str
    size: int
    body: str  # what came, at most 4,096 characters of it; "␀" stands for NUL


def keep(refused: Iterable[tuple[int, Refusal, bytes]], *, received_at: datetime) -> int:
    """Keep (key, reason, body), in the transaction that is open."""
    return copy_rows(
        "customers_quarantine",
        ("received_at", "key_id", "code", "sentence", "size", "body"),
        (
            (received_at, key_id, refusal.code, _storable(refusal.detail)[:400], len(body), _shown(body))
            for key_id, refusal, body in refused
        ),
    )


def quarantine(*, by: Actor, before: int | None = None, limit: int = 50) -> list[Refused]:
    """The latest refused events, newest first; `before` is the id to go on from. One statement."""
    if not by.may("health.view"):
        raise Forbidden
    rows = fetch(
        "SELECT q.id, q.received_at, q.key_id, coalesce(k.name, ''), q.code, q.sentence, q.size, q.body"
        " FROM customers_quarantine q LEFT JOIN workspace_apikey k ON k.id = q.key_id"
        " WHERE %(before)s::bigint IS NULL OR q.id < %(before)s ORDER BY q.id DESC LIMIT %(limit)s",
        {"before": before, "limit": limit},
    )
    return [
        Refused(id, at, key_id, name, code, str(REASONS.get(code, code)), detail, size, body)
        for id, at, key_id, name, code, detail, size, body in rows
    ]


def refused_since(moment: datetime, *, by: Actor) -> int:
    """How many were refused since then (real time), for the health page."""
    if not by.may("health.view"):
        raise Forbidden
    row = fetch_one("SELECT count(*) FROM customers_quarantine WHERE received_at >= %s", [moment])
    return int(row[0]) if row else 0


def trim() -> int:
    """Forget what is too old or too much."""
    return execute(
        "DELETE FROM customers_quarantine WHERE received_at < %s - make_interval(days => %s)"
        " OR id <= (SELECT max(id) - %s FROM customers_quarantine)",
        [clock.real_now(), DAYS_KEPT, MOST_KEPT],
    )


def _shown(body: bytes) -> str:
    return _storable(body[: KEPT_OF_BODY * 4].decode(errors="replace")[:KEPT_OF_BODY])


def _storable(text: str) -> str:
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode()
