"""What may come next in a text: the readers say at its end what they looked for, and what was begun is compared."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from perennial.conditions.errors import ConditionError
from perennial.conditions.plain.lexing import Token, folded, lex
from perennial.conditions.plain.place import Place, Wish
from perennial.conditions.plain.reading import read_all
from perennial.conditions.schema import Schema

MOST = 20
LONGEST = 5_000
_MOST_WORDS = 5  # of what was begun
KINDS = ("value", "field", "fact", "relation", "event", "filter", "segment", "operator", "word", "mark")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`insert` takes the place of the text from `replaces[0]` to `replaces[1]`."""

    insert: str
    label: str
    kind: str
    replaces: tuple[int, int]


def suggest(text: str, cursor: int, schema: Schema, *, most: int = MOST) -> list[Suggestion]:
    """Never refuses: where nothing can be said, nothing is suggested."""
    cursor = max(0, min(cursor, len(text)))
    if cursor > LONGEST:
        return []
    before = text[:cursor]
    tokens = lex(before)
    is_begun = bool(tokens) and tokens[-1].end == cursor and tokens[-1].kind not in ("string", "mark")
    found: dict[str, tuple[tuple[int, int, int, int], Suggestion]] = {}
    for begun in range(min(_MOST_WORDS, len(tokens)), -1 if not is_begun else 0, -1):
        cut = len(tokens) - begun
        start = tokens[cut].start if begun else cursor
        typed = " ".join(token.folded for token in tokens[cut:]).lstrip('"`')
        for number, wish in enumerate(_wishes(before, tokens[:cut], schema)):
            rank = None if wish.is_other and not typed else _fits(wish, typed)
            if rank is not None and not (begun and wish.insert.casefold() == typed):
                place = (rank, KINDS.index(wish.kind), -begun, number)
                made = Suggestion(wish.insert, wish.label, wish.kind, (start, cursor))
                found.setdefault(f"{wish.kind}:{wish.insert}", (place, made))
    return [made for _place, made in sorted(found.values(), key=lambda each: each[0])][:most]


def _wishes(text: str, tokens: list[Token], schema: Schema) -> list[Wish]:
    place = Place(text, tokens)
    with suppress(ConditionError):
        read_all(place, schema)
    return [wish for wish in place.wishes if wish.kind]


def _fits(wish: Wish, typed: str) -> int | None:
    """How well it goes on from what was typed: 0 begins with it, 1 has a word that does, None is no match."""
    if not typed:
        return 0
    names = [" ".join(map(folded, name.split())) for name in (wish.label, wish.insert)]
    if any(name.startswith(typed) for name in names):
        return 0
    return 1 if any(f" {typed}" in name.replace(":", " ").replace(".", " ") for name in names) else None
