"""Two clocks. Business time is what customers live by; real time is for sessions, keys and jobs.

They differ only in a deployment whose data ends in the past (the sample shop): its business clock stands a
fixed span behind the real one, and moves on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_offset_source: Callable[[], timedelta] = timedelta


def set_offset_source(source: Callable[[], timedelta]) -> None:
    """Say where the offset (real minus business time) is read from. `workspace` does, once, when it is ready."""
    global _offset_source
    _offset_source = source


def offset() -> timedelta:
    """Real time minus business time; zero but in demonstrations."""
    return _offset_source()


def now() -> datetime:
    """Business time, aware, UTC."""
    return real_now() - _offset_source()


def real_now() -> datetime:
    """Wall-clock time, aware, UTC."""
    return datetime.now(UTC)
