"""Fair turns at the lake: one person's questions do not take the house's threads, nor the engine, from everybody else.

Questions of one process wait for each other, each holding a thread that pages need too. So nobody has more than a few
waiting, and whoever has kept the engine busy lets others go first: they are told to wait, and only while others do.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused
from perennial.workspace.actor import Actor

AT_ONCE = 5  # of one person: what a page asks beside each other
MOST_SECONDS = 30.0  # of the engine for one person, given back at half the speed of the clock
_GIVEN_BACK = 0.5


class AskedTooMuch(Refused):
    code = "asked_too_much"
    status = 429
    sentence = _("You have several questions under way, and others wait too. Wait a moment, then ask again.")


_lock = threading.Lock()
_waiting: Counter[str] = Counter()
_spent: dict[str, tuple[float, float]] = {}  # by whom: when it was last reckoned, and the seconds owed then


@contextmanager
def turn_of(by: Actor | None) -> Iterator[None]:
    """Wait among others. The house itself is never refused."""
    if by is None or by.kind == "system":
        yield
        return
    _begin(by.log_name)
    try:
        yield
    finally:
        with _lock:
            _waiting[by.log_name] -= 1
            if not _waiting[by.log_name]:
                del _waiting[by.log_name]


def spend(by: Actor | None, seconds: float) -> None:
    """What a question took of the engine."""
    if by is None or by.kind == "system":
        return
    now = time.monotonic()
    with _lock:
        _spent[by.log_name] = (now, _owed(by.log_name, now) + seconds)
        for name in [name for name in _spent if _owed(name, now) <= 0]:
            del _spent[name]


def forget() -> None:
    """Between tests."""
    _waiting.clear()
    _spent.clear()


def _begin(name: str) -> None:
    with _lock:
        has_others = len(_waiting) > (name in _waiting)
        if _waiting[name] >= AT_ONCE or (has_others and _owed(name, time.monotonic()) > MOST_SECONDS):
            if not _waiting[name]:
                del _waiting[name]
            raise AskedTooMuch
        _waiting[name] += 1


def _owed(name: str, now: float) -> float:
    at, seconds = _spent.get(name, (now, 0.0))
    return max(0.0, seconds - (now - at) * _GIVEN_BACK)
