"""Where in a text the words stand that were looked for, in whatever script it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from perennial.foundation.text import fold
from perennial.objects.matching import readings
from perennial.objects.searching.misspelt import SHORTEST, pattern_of

_AROUND = 60  # letters before the first word of an excerpt
_LONGEST = 160


def words_of(text: str) -> tuple[str, ...]:
    """The words that somebody typed, as search compares them."""
    return next(iter(readings(text)), ())


def pieces(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, in order: (piece, whether it is what was looked for)."""
    found, at = [], 0
    for start, stop in spans(text, words):
        if start > at:
            found.append((text[at:start], False))
        found.append((text[start:stop], True))
        at = stop
    if at < len(text):
        found.append((text[at:], False))
    return found


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """From where to where words stand in the text, none overlapping: at the start of a word where they do so."""
    folded, places = _folded(text)
    found = sorted(span for word in words if (span := _span(folded, word)) is not None)
    joined: list[tuple[int, int]] = []
    for start, stop in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return [(places[start], places[stop - 1] + 1) for start, stop in joined]


def excerpt(text: str, words: Sequence[str]) -> str:
    """The part of a long text in which the first word stands; on one line."""
    text = " ".join(text.split())
    if len(text) <= _LONGEST:
        return text
    found = spans(text, words)
    start = max(0, found[0][0] - _AROUND) if found else 0
    if start:
        start = text.find(" ", start, start + 20) + 1 or start
    part = text[start : start + _LONGEST]
    return f"{'… ' if start else ''}{part.strip()}{' …' if start + _LONGEST < len(text) else ''}"


def _span(folded: str, word: str) -> tuple[int, int] | None:
    at = folded.find(f" {word}")
    at = at + 1 if at >= 0 else folded.find(word)
    if at >= 0:
        return at, at + len(word)
    if len(word) < SHORTEST or not word.isalpha():
        return None
    near = re.search(pattern_of(word), folded)
    return None if near is None else near.span(2)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as search compares it, after a blank, and of each of its letters the place in the text."""
    letters, places = [" "], [0]
    for place, letter in enumerate(text):
        for each in fold(letter) or " ":
            letters.append(each)
            places.append(place)
    return "".join(letters), places
