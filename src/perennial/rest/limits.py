"""How many requests a key may send in a minute, so that one program that runs wild does not take the house for itself.

Counted in memory, for one process serves the port: no row is written for a request. A minute begins with a key's first
request. Each answer tells what is left, after draft-ietf-httpapi-ratelimit-headers; what is too much is told when to
come back (RFC 6585, 429; RFC 9110, Retry-After).
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused
from perennial.workspace.actor import Actor

WINDOW = 60  # seconds
MOST_KEYS = 10_000  # counted at a time; a firm has dozens


class TooMany(Refused):
    code = "rate_limited"
    status = 429
    sentence = _("This key has sent too many requests. Wait for as long as the Retry-After header says, then go on.")

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        super().__init__()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a key has left of its minute, and the seconds until the next one begins."""

    quota: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"key";q={self.quota};w={WINDOW}',
            "RateLimit": f'"key";r={self.left};t={self.seconds}',
        }


_lock = threading.Lock()
_counts: dict[str, tuple[float, int]] = {}  # by key: when its minute ends, and how many came in it


def count(by: Actor) -> Standing:
    """Count a request. Raises TooMany for one beyond the quota."""
    now, quota = time.monotonic(), settings.API_REQUESTS_PER_MINUTE
    with _lock:
        until, came = _counts.get(by.log_name, (0.0, 0))
        if until <= now:
            until, came = now + WINDOW, 0
            if len(_counts) >= MOST_KEYS:
                _forget(now)
        _counts[by.log_name] = (until, came + 1)
    standing = Standing(quota, max(0, quota - came - 1), max(1, math.ceil(until - now)))
    if came >= quota:
        raise TooMany(standing)
    return standing


def forget() -> None:
    """Begin anew, between tests."""
    _counts.clear()


def _forget(now: float) -> None:
    for name in [name for name, (until, _came) in _counts.items() if until <= now]:
        del _counts[name]
