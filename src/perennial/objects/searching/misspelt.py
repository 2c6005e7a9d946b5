"""Words with one letter wrong, missing, too many, or two that changed places.

One mistake leaves one half of a word whole, and the trigrams of a half find it by the index; only where the mistake
is two letters that changed places across the middle is neither, so the word as it should be is looked for as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from perennial.conditions.resolver import Sql
from perennial.foundation.text import grams
from perennial.objects.frequencies import rarest
from perennial.objects.matching import Words, any_of, between, has_all

SHORTEST = 5
_LONGEST = 24
_MOST = 2  # misspelt words of one text


@dataclass(frozen=True, slots=True)
class Guess:
    """Where a misspelt word may stand: each half is looked for by trigrams; `pattern` is what it may really be."""

    halves: tuple[str, ...]
    start: str  # two letters that a name may begin with, for words whose first half is too short for a trigram
    pattern: str


def guesses(word: str) -> Guess | None:
    """None for short words, and for what has digits: a number with a wrong digit is another number."""
    if not SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return None
    middle = len(word) // 2
    left, right = word[:middle], word[middle:]
    crossed = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    halves = (f" {left}" if len(left) < 3 else left, right, crossed)
    return Guess(halves, left if len(left) < 3 else "", pattern_of(word))


def pattern_of(word: str) -> str:
    """A regular expression for words that begin with what the word is but for one mistake."""
    ways = []
    for place in range(len(word)):
        before, after = re.escape(word[:place]), re.escape(word[place + 1 :])
        ways.append(f"{before}[^ ]?{after}")  # another letter there, or none
        ways.append(f"{before}[^ ]{re.escape(word[place:])}")  # one was left out
        if place + 1 < len(word):
            ways.append(f"{before}{word[place + 1]}{word[place]}{re.escape(word[place + 2 :])}")
    return f"(^| )({'|'.join(dict.fromkeys(ways))})"


def is_guessed(exact: Words, guessed: Sequence[Guess], alias: str, *, table: str, has_order: bool) -> Sql:
    """The rows that have all exact words and a half of each misspelt one, by the index."""
    ways: list[Sql] = []
    asked = guessed[:_MOST]
    for halves in product(*(guess.halves for guess in asked)):
        by_word = [grams(part) for part in (*halves, *exact)]
        wanted = rarest([each for each in by_word if each], table=table)
        if wanted:
            ways.append(Sql(f"{alias}.grams @> %s::int[]", (wanted,)))
    if has_order:
        ways += [between(guess.start, alias) for guess in asked if guess.start]
    found = any_of(ways)
    if not exact:
        return found
    has = has_all(exact, alias)
    return Sql(f"{found.text} AND {has.text}", (*found.params, *has.params))
