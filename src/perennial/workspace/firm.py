"""The firm's own settings, read on every page and therefore kept for a few seconds."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import DatabaseError

from perennial.workspace.models.firm import Firm

_KEPT_SECONDS = 5.0


class _Kept:
    firm: Firm | None = None
    until = 0.0


def the_firm() -> Firm:
    """The firm; an unsaved one with the defaults before the first run. May be up to five seconds old."""
    if _Kept.firm is None or _Kept.until < time.monotonic():
        _Kept.firm = Firm.objects.filter(pk=1).first() or Firm(pk=1, name="Perennial")
        _Kept.until = time.monotonic() + _KEPT_SECONDS
    return _Kept.firm


def forget_firm() -> None:
    """Read the firm anew the next time: after a change, and between tests."""
    _Kept.firm = None


def clock_offset() -> timedelta:
    """Real minus business time; zero while there is no database to ask yet."""
    try:
        return timedelta(seconds=the_firm().clock_offset_seconds)
    except DatabaseError:
        return timedelta()
