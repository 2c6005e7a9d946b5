"""Which trigrams are rare in a table. Looking up the rarest few is enough to find a text; the others only cost time,
for each of them stands in half of all records. And how many records a text will find, roughly."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from django.db import connection

from perennial.foundation.sql import fetch
from perennial.foundation.text import grams

_FEW = 3
_KEPT_SECONDS = 600.0


class _Kept(NamedTuple):
    """The share of records that have a trigram, for the thousand most common ones, and how many records there are."""

    shares: dict[int, float]
    rows: float
    until: float


_kept: dict[tuple[str, str], _Kept] = {}


def rarest(by_word: Sequence[Sequence[int]], *, table: str, few: int = _FEW) -> list[int]:
    """At most `few` trigrams of the words: those that fewest records have, as far as the database's statistics know,
    but one of each word first, for two common words together may be rare."""
    every = {gram for grams in by_word for gram in grams}
    if len(every) <= few:
        return sorted(every)
    shares = _statistics(table).shares
    ordered = [sorted(grams, key=lambda gram: (shares.get(gram, 0.0), gram)) for grams in by_word]
    firsts = dict.fromkeys(grams[0] for grams in sorted(ordered, key=lambda grams: shares.get(grams[0], 0.0)))
    others = sorted(every - firsts.keys(), key=lambda gram: (shares.get(gram, 0.0), gram))
    return sorted([*firsts, *others][:few])


def expected_rows(words: Sequence[str], *, table: str) -> float:
    """How many records have all of the words, if words were strewn by chance. Zero for what the statistics, which are
    ten minutes old at most, do not know as common."""
    known = _statistics(table)
    return known.rows * prod(_share(word, known.shares) for word in words if len(word) > 2)


def _share(word: str, shares: dict[int, float]) -> float:
    """Letters follow one another, so that a name is as common as its rarest part; digits do as they like."""
    found = [shares.get(gram, 0.0) for gram in grams(word)]
    return prod(found) if word.isdigit() else min(found, default=1.0)


def _statistics(table: str) -> _Kept:
    key = (str(connection.settings_dict["NAME"]), table)
    kept = _kept.get(key)
    if kept is None or kept.until < time.monotonic():
        rows = fetch(
            "SELECT s.most_common_elems::text::int[], s.most_common_elem_freqs, c.reltuples FROM pg_class c LEFT JOIN"
            " pg_stats s ON s.schemaname = current_schema() AND s.tablename = c.relname AND s.attname = 'grams'"
            " WHERE c.oid = to_regclass(%s)",
            [table],
        )
        elements, shares, count = rows[0] if rows else (None, None, 0)
        known = dict(zip(elements, shares, strict=False)) if elements and shares else {}
        kept = _kept[key] = _Kept(known, max(count, 0), time.monotonic() + _KEPT_SECONDS)
    return kept
