"""What text finds: any part of three letters and more through trigrams, the beginning of the name with fewer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from perennial.conditions.resolver import Sql
from perennial.foundation.text import digits, fold, grams
from perennial.objects.field_rights import hidden
from perennial.objects.fields.phone import e164, home_country
from perennial.objects.frequencies import rarest
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor

CANDIDATES = 1_000  # at most so many rows are looked at more closely
_LONGEST = 100
_MOST_WORDS = 8
_SHORT = 3
_TELEPHONE = re.compile(r"[+0-9 ()./-]+")
Words = tuple[str, ...]


def matches(text: str, alias: str, *, kind: ObjectType, by: Actor) -> Sql | None:
    """The rows of a `Searchable` table that the text finds, by what the actor may read; None when it says nothing."""
    if not text[:_LONGEST].strip():
        return None
    also = readable_parts(kind, by, alias)
    return any_of([all_of(words, alias, table=kind.table, also=also) for words in readings(text)])


def readings(text: str) -> list[Words]:
    """The words to look for; a telephone number is looked for by its digits as well, and as the world dials it."""
    text = text[:_LONGEST]
    found = [tuple(fold(text).split()[:_MOST_WORDS])]
    number = digits(text) if _TELEPHONE.fullmatch(text.strip()) and text.isascii() else ""
    if len(number) > _SHORT:
        found.append((number,))
        world = e164(text.strip(), home_country()) if len(number) > 2 * _SHORT else None
        if world is not None:
            found.append((digits(world),))
    return [words for words in dict.fromkeys(found) if words]


def any_of(ways: Sequence[Sql]) -> Sql:
    if not ways:
        return Sql("FALSE")
    return Sql("(" + " OR ".join(way.text for way in ways) + ")", tuple(p for way in ways for p in way.params))


def all_of(words: Words, alias: str, *, table: str, also: Sequence[str] | None = None) -> Sql:
    """The rows that have all the words, by the index on trigrams; by the one on names where all words are short."""
    by_word = [found for word in words if (found := grams(word))]
    if not by_word:
        return between(" ".join(words), alias)
    has = has_all(words, alias, also=also)
    return Sql(f"({alias}.grams @> %s::int[] AND {has.text})", (rarest(by_word, table=table), *has.params))


def has_all(words: Words, alias: str, *, also: Sequence[str] | None = None, form: str = "%{}%") -> Sql:
    """The same asked of each row. `also` are the texts (see `readable_parts`) in one of which each word must stand."""
    patterns = [form.format(plain(word)) for word in words]
    tests, params = [f"{alias}.folded LIKE %s" for _ in patterns], list(patterns)
    for pattern in patterns if also is not None else ():
        tests.append("(" + " OR ".join(f"{part} LIKE %s" for part in also or ()) + ")")
        params += [pattern] * len(also or ())
    return Sql(f"({' AND '.join(tests)})", tuple(params))


def readable_parts(kind: ObjectType, by: Actor, alias: str) -> list[str] | None:
    """The SQL of what is left to search for somebody who may not read all that is searched: the title as it was
    folded, everything else in its own letters. None: all of it."""
    gone = hidden(kind, by)
    if gone.isdisjoint(kind.search):
        return None
    rest = [field_of(kind, key) for key in kind.search if key not in gone and key != kind.title]
    texts = [f"lower(({sql_of(field, alias)})::text)" for field in rest if field is not None]
    return [f"{alias}.sort_key", *texts]


def begins_with(text: str, alias: str) -> Sql | None:
    """The rows whose name begins so: found by the index on names at once, in their order."""
    start = " ".join(fold(text[:_LONGEST]).split())
    return between(start, alias) if start else None


def between(start: str, alias: str) -> Sql:
    return Sql(f"({alias}.sort_key >= %s AND {alias}.sort_key < %s)", (start, start[:-1] + chr(ord(start[-1]) + 1)))


def plain(word: str) -> str:
    """A word as a pattern that means itself."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
