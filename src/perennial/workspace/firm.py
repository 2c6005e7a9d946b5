"""The firm's own settings, read on every page and therefore kept for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.db import DatabaseError

from perennial.workspace.models.firm import Firm

_KEPT_SECONDS = 5.0
_FOR_NOW: ContextVar[Firm | None] = ContextVar("firm", default=None)


class _Kept:
    firm: Firm | None = None
    until = 0.0


def the_firm() -> Firm:
    """The firm; an unsaved one with the defaults before the first run. May be up to five seconds old."""
    if (kept := _FOR_NOW.get()) is not None:
        return kept
    if _Kept.firm is None or _Kept.until < time.monotonic():
        _Kept.firm = Firm.objects.filter(pk=1).first() or Firm(pk=1, name="Perennial")
        _Kept.until = time.monotonic() + _KEPT_SECONDS
    return _Kept.firm


@contextmanager
def one_firm() -> Iterator[None]:
    """For as long as this lasts the firm is what it is now: for a long piece of work that is to be of one mind, and for
    its threads, which have no connection to ask by."""
    forget_firm()
    token = _FOR_NOW.set(the_firm())
    try:
        yield
    finally:
        _FOR_NOW.reset(token)


def forget_firm() -> None:
    """Read the firm anew the next time: after a change, and between tests."""
    _Kept.firm = None


def clock_offset() -> timedelta:
    """Real minus business time; zero while there is no database to ask yet."""
    try:
        return timedelta(seconds=the_firm().clock_offset_seconds)
    except DatabaseError:
        return timedelta()
