"""UUID version 7 (RFC 9562): ids that sort by the time they were made."""

from __future__ import annotations

import os
import threading
import time
import uuid


class _Last:
    lock = threading.Lock()
    tick = 0


def uuid7() -> uuid.UUID:
    """A new id, later than every id this process made before (RFC 9562 §6.2, method 3: sub-millisecond ticks)."""
    with _Last.lock:
        # 60 bits of time: 48 of milliseconds and 12 of the fraction; strictly rising within the process.
        nanoseconds = time.time_ns()
        tick = (nanoseconds // 1_000_000 << 12) | ((nanoseconds % 1_000_000) * 4096 // 1_000_000)
        tick = max(tick, _Last.tick + 1)
        _Last.tick = tick
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return uuid.UUID(int=(tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | random)
