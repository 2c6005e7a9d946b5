"""The firm's own settings, read on every page and therefore kept for a few seconds."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import NamedTuple

from django.db import DatabaseError

from perennial.workspace.models.firm import Firm

_KEPT_SECONDS = 5.0


class _Kept(NamedTuple):
    firm: Firm
    until: float


_kept: _Kept | None = None


def the_firm() -> Firm:
    """The firm; an unsaved one with the defaults before the first run. May be up to five seconds old."""
    global _kept
    kept = _kept
    if kept is None or kept.until < time.monotonic():
        kept = _kept = _Kept(Firm.objects.filter(pk=1).first() or Firm(pk=1, name="Perennial"),
                             time.monotonic() + _KEPT_SECONDS)
    return kept.firm


def forget_firm() -> None:
    """Read the firm anew the next time: after a change, and between tests."""
    global _kept
    _kept = None


def clock_offset() -> timedelta:
    """Real minus business time; zero while there is no database to ask yet."""
    try:
        return timedelta(seconds=the_firm().clock_offset_seconds)
    except DatabaseError:
        return timedelta()
