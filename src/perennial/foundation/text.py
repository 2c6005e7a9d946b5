"""Folding, sort keys and trigrams: the same order and the same hits on every server, with no extension.

A trigram of folded text (anyascii, lower case) is three ASCII bytes packed into one integer, so that an `int[]`
column under PostgreSQL's own GIN finds any part of a name. "Almaty" and "Алматы" fold alike.
"""

from __future__ import annotations

import re

from anyascii import anyascii

_NOT_WORD = re.compile(r"[^0-9a-z@.+_-]+")
_LONGEST = 20_000  # characters of folded text that are indexed: a long note has a thousand trigrams, a name twenty


def fold(text: str) -> str:
    """Lower-case ASCII with single spaces: what search compares."""
    return " ".join(_NOT_WORD.sub(" ", anyascii(text).lower()).split())


def sort_key(text: str) -> str:
    """What names are ordered by (under the C collation): folded, at most 200 characters."""
    return fold(text)[:200]


def grams(folded: str) -> list[int]:
    """The distinct trigrams of folded text, each packed into an integer below 2**24, sorted."""
    data = folded[:_LONGEST].encode("ascii", "ignore")
    return sorted({first << 16 | second << 8 | third for first, second, third in zip(data, data[1:], data[2:])})  # noqa: B905


def gram_array(folded: str) -> str:
    """The same as PostgreSQL writes an array, unsorted: for the many rows of a COPY."""
    data = folded[:_LONGEST].encode("ascii", "ignore")
    return f"{{{','.join(map(_PACKED.__getitem__, set(zip(data, data[1:], data[2:]))))}}}"  # noqa: B905


class _Packed(dict[tuple[int, int, int], str]):
    """Trigrams as text. There are some ten thousand in the languages of this world, folded."""

    def __missing__(self, letters: tuple[int, int, int]) -> str:
        first, second, third = letters
        text = self[letters] = str(first << 16 | second << 8 | third)
        return text


_PACKED = _Packed()


def digits(text: str) -> str:
    """Only the digits: telephone numbers are compared by them."""
    return "".join(filter(str.isdigit, text))


def whole_number(text: str, *, longest: int = 18) -> int | None:
    """The number that an address or a form names; None for all else. `int` alone takes signs, blanks and "1_0"."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else None
