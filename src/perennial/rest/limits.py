"""How many requests a key may send in a minute, so that one program that runs wild does not take the house for itself.

Counted in memory, for one process serves the port: no row is written for a request. A minute begins with a key's first
request. Each answer tells what is left, after draft-ietf-httpapi-ratelimit-headers; what is too much is told when to
come back (RFC 6585, 429; RFC 9110, Retry-After).
"""

from __future__ import annotations

import ipaddress
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
_addresses: dict[str, tuple[float, int]] = {}  # the same by address, of those who have yet to show that they have a key


def count(by: Actor) -> Standing:
    """Count a request. Raises TooMany for one beyond the quota."""
    return _count(by.log_name, _counts)


def count_address(address: str) -> Standing:
    """The same for a request before it is known whether its key is any good: whoever tries keys uses up what their own
    address has, and nothing of the key's. The addresses of one household count together."""
    return _count(_household(address), _addresses)


def _count(name: str, counts: dict[str, tuple[float, int]]) -> Standing:
    now, quota = time.monotonic(), settings.API_REQUESTS_PER_MINUTE
    with _lock:
        until, came = counts.get(name, (0.0, 0))
        if until <= now:
            until, came = now + WINDOW, 0
            if len(counts) >= MOST_KEYS:
                _make_room(counts, now)
        counts[name] = (until, came + 1)
    standing = Standing(quota, max(0, quota - came - 1), max(1, math.ceil(until - now)))
    if came >= quota:
        raise TooMany(standing)
    return standing


def forget() -> None:
    """Begin anew, between tests."""
    _counts.clear()
    _addresses.clear()


def _make_room(counts: dict[str, tuple[float, int]], now: float) -> None:
    """Those whose minute is over go; when none is, all: a flood from everywhere is not this limit's to stop."""
    for name in [name for name, (until, _came) in counts.items() if until <= now]:
        del counts[name]
    if len(counts) >= MOST_KEYS:
        counts.clear()


def _household(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
