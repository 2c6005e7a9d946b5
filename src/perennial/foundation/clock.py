"""Two clocks. Business time is what customers live by; real time is for sessions, keys and jobs.

They differ only in a deployment whose data ends in the past (the sample shop): its business clock stands a
fixed span behind the real one, and moves on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class _Offset:
    source: Callable[[], timedelta] = timedelta


def set_offset_source(source: Callable[[], timedelta]) -> None:
    """Say where the offset (real minus business time) is read from. `workspace` does, once, when it is ready."""
    _Offset.source = source


def offset() -> timedelta:
    """Real time minus business time; zero but in demonstrations."""
    return _Offset.source()


def now() -> datetime:
    """Business time, aware, UTC."""
    return real_now() - _Offset.source()


def real_now() -> datetime:
    """Wall-clock time, aware, UTC."""
    return datetime.now(UTC)
