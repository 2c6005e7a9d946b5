"""The write keys, kept for three seconds: a revoked key stops within them, a wrong one asks the database nothing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.db.models import Q

from perennial.foundation import clock, crypto
from perennial.workspace.models import ApiKey

KEPT_SECONDS = 3.0
_APART_SECONDS = 0.5  # between two readings: whoever tries wrong keys waits, and the database does not notice
_LAST_USED_GRAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WriteKey:
    id: int
    name: str


@dataclass(slots=True)
class Keys:
    """One event loop's view. `offset` is the business clock's, which is read along."""

    offset: timedelta = timedelta()
    _by_digest: dict[str, WriteKey] = field(default_factory=dict)
    _read_at: float = float("-inf")
    _used: set[int] = field(default_factory=set)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, secret: str) -> WriteKey | None:
        """The live intake key with this secret. Raises DatabaseError when keys must be read and cannot."""
        now = time.monotonic()
        digest = crypto.digest(secret)
        await self._read_since(now - KEPT_SECONDS)
        if digest not in self._by_digest:
            await self._read_since(now)  # it may have been made just now
        key = self._by_digest.get(digest)
        if key is not None:
            self._used.add(key.id)
        return key

    async def _read_since(self, moment: float) -> None:
        """What was read after `moment`; all who wait share one reading."""
        if self._read_at >= moment:
            return
        async with self._lock:
            if self._read_at >= moment:
                return
            await asyncio.sleep(self._read_at + _APART_SECONDS - time.monotonic())
            started = time.monotonic()
            used, self._used = self._used, set()
            self._by_digest, self.offset = await asyncio.to_thread(_read, used)
            self._read_at = started


def _read(used: set[int]) -> tuple[dict[str, WriteKey], timedelta]:
    """In a thread, since it waits for the database."""
    try:
        now = clock.real_now()
        is_stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _LAST_USED_GRAIN)
        if used:
            ApiKey.objects.filter(is_stale, pk__in=used).update(last_used_at=now)
        live = ApiKey.objects.filter(kind=ApiKey.Kind.INTAKE, revoked_at=None).values_list("digest", "id", "name")
        return {digest: WriteKey(id, name) for digest, id, name in live}, clock.offset()
    finally:
        connection.close()
