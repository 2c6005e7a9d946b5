"""What text finds: any part of three letters and more through trigrams, the beginning of the name with fewer."""

from __future__ import annotations

import re

from perennial.conditions.resolver import Sql
from perennial.foundation.text import digits, fold, grams
from perennial.objects.fields.phone import e164, home_country
from perennial.objects.frequencies import rarest

CANDIDATES = 1_000  # at most so many rows are looked at more closely
_LONGEST = 100
_MOST_WORDS = 8
_SHORT = 3
_TELEPHONE = re.compile(r"[+0-9 ()./-]+")


def matches(text: str, alias: str, *, table: str) -> Sql | None:
    """The rows of a `Searchable` table that the text finds; None when it says nothing."""
    text = text[:_LONGEST]
    if not text.strip():
        return None
    ways = [way for words in _readings(text) if (way := _all_of(words, alias, table)) is not None]
    if not ways:
        return Sql("FALSE")
    return Sql("(" + " OR ".join(way.text for way in ways) + ")", tuple(p for way in ways for p in way.params))


def _readings(text: str) -> list[tuple[str, ...]]:
    """The words to look for; a telephone number is looked for by its digits as well, and as the world dials it."""
    readings = [tuple(fold(text).split()[:_MOST_WORDS])]
    number = digits(text) if _TELEPHONE.fullmatch(text.strip()) and text.isascii() else ""
    if len(number) > _SHORT:
        readings.append((number,))
        world = e164(text.strip(), home_country()) if len(number) > 2 * _SHORT else None
        if world is not None:
            readings.append((digits(world),))
    return list(dict.fromkeys(readings))


def _all_of(words: tuple[str, ...], alias: str, table: str) -> Sql | None:
    if not words:
        return None
    by_word = [found for word in words if (found := grams(word))]
    if not by_word:
        return _between(" ".join(words), alias)
    wanted = rarest(by_word, table=table)
    tests = [f"{alias}.grams @> %s::int[]", *(f"{alias}.folded LIKE %s" for _ in words)]
    return Sql(f"({' AND '.join(tests)})", (wanted, *(f"%{_plain(word)}%" for word in words)))


def begins_with(text: str, alias: str) -> Sql | None:
    """The rows whose name begins so: found by the index on names at once, in their order."""
    start = " ".join(fold(text[:_LONGEST]).split())
    return _between(start, alias) if start else None


def _between(start: str, alias: str) -> Sql:
    return Sql(f"({alias}.sort_key >= %s AND {alias}.sort_key < %s)", (start, start[:-1] + chr(ord(start[-1]) + 1)))


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
