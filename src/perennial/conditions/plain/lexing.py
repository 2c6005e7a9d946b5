"""The plain form cut into words, numbers, days, quoted texts and marks. Every text can be cut; none is refused here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from perennial.foundation.text import fold

_TOKEN = re.compile(
    r"""
      (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<key>`(?:[^`\\\n]|\\.)+`)
    | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))
    | (?P<day>\d{4}-\d\d-\d\d(?!\w))
    | (?P<number>-?\d+(?:\.\d+)?(?![\w]))
    | (?P<word>\w+(?:[.:'’-]\w+)*)
    | (?P<mark>!=|<>|<=|>=|==|\S)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`folded` is what words are compared by: lower case, without accents."""

    kind: str
    text: str
    start: int
    folded: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def lex(text: str) -> list[Token]:
    return [
        Token(found.lastgroup or "mark", found[0], found.start(), folded(found[0]))
        for found in _TOKEN.finditer(text)
    ]  # fmt: skip


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """Latin letters without their accents; other scripts as they are, so that two words do not fall into one."""
    word = word[:200].casefold()
    return (fold(word) or word) if any(letter < "\u0250" and letter.isalpha() for letter in word) else word


@lru_cache(maxsize=20_000)
def spelled(label: str) -> tuple[str, ...]:
    """A label as its words are compared."""
    return tuple(token.folded for token in lex(label[:200]))
