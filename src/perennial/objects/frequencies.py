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


def rarest(by_word: Sequence[Sequence[int]], *, table: str, few: int = _FEW) -> list[int]:
    """At most `few` trigrams of the words: those that fewest records have, as far as the database's statistics know,
    but one of each word first, for two common words together may be rare."""
    every = {gram for grams in by_word for gram in grams}
    if len(every) <= few:
        return sorted(every)
    frequencies = _frequencies(table)
    ordered = [sorted(grams, key=lambda gram: (frequencies.get(gram, 0.0), gram)) for grams in by_word]
    firsts = dict.fromkeys(grams[0] for grams in sorted(ordered, key=lambda grams: frequencies.get(grams[0], 0.0)))
    others = sorted(every - firsts.keys(), key=lambda gram: (frequencies.get(gram, 0.0), gram))
    return sorted([*firsts, *others][:few])


def _frequencies(table: str) -> dict[int, float]:
    """The share of records that have a trigram, for the thousand most common ones; ten minutes old at most."""
    key = (str(connection.settings_dict["NAME"]), table)
    kept = _kept.get(key)
    if kept is None or kept.until < time.monotonic():
        rows = fetch(
            "SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats"
            " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'grams'",
            [table],
        )
        elements, shares = rows[0] if rows else (None, None)
        known = dict(zip(elements, shares, strict=False)) if elements and shares else {}
        kept = _kept[key] = _Kept(known, time.monotonic() + _KEPT_SECONDS)
    return kept.frequencies
