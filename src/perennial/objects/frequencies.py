"""Which trigrams are rare in a table. Looking up the rarest few is enough to find a text; the others only cost time,
for each of them stands in half of all records."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from perennial.foundation.sql import fetch

_FEW = 3
_KEPT_SECONDS = 600.0


class _Kept(NamedTuple):
    frequencies: dict[int, float]
    until: float


_kept: dict[tuple[str, str], _Kept] = {}


def rarest(grams: Sequence[int], *, table: str, few: int = _FEW) -> list[int]:
    """At most `few` of them, those that fewest records have as far as the database's statistics know."""
    if len(grams) <= few:
        return list(grams)
    frequencies = _frequencies(table)
    return sorted(sorted(grams, key=lambda gram: (frequencies.get(gram, 0.0), gram))[:few])


def _frequencies(table: str) -> dict[int, float]:
    """The share of records that have a trigram, for the thousand most common ones; ten minutes old at most."""
    key = (str(connection.settings_dict["NAME"]), table)
    kept = _kept.get(key)
    if kept is None or kept.until < time.monotonic():
        rows = fetch("SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats"
                     " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'grams'", [table])
        elements, shares = rows[0] if rows else (None, None)
        known = dict(zip(elements, shares, strict=False)) if elements and shares else {}
        kept = _kept[key] = _Kept(known, time.monotonic() + _KEPT_SECONDS)
    return kept.frequencies
