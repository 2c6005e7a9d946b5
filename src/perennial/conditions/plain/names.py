"""What the things of a schema are called: by key, by label, in the singular, with an adjective before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from perennial.conditions.errors import ConditionError
from perennial.conditions.nodes import Condition
from perennial.conditions.plain.lexing import Token, spelled
from perennial.conditions.schema import EventInfo, FieldInfo, RelationInfo, Schema
from perennial.conditions.text import parse
from perennial.foundation.errors import Text

_LONGEST = 12  # words of a name


class Sort(StrEnum):
    FIELD = "field"
    FACT = "fact"
    RELATION = "relation"
    EVENT = "event"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Name:
    """One way to name one thing. `info` is what the schema says of it; `meant` is what an adjective says."""

    sort: Sort
    key: str
    label: str
    info: FieldInfo | EventInfo | RelationInfo | None = None
    meant: Condition | None = None
    is_key: bool = False

    @property
    def thing(self) -> tuple[Sort, str, str]:
        """The same for two names of one thing."""
        return self.sort, self.key, "" if self.meant is None else self.label


class Names:
    """All names of a schema, found by their first word."""

    def __init__(self, schema: Schema) -> None:
        self.by_word: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
        for words, name in _named(schema):
            if 0 < len(words) <= _LONGEST:
                self.by_word.setdefault(words[0], []).append((words, name))

    def at(self, tokens: Sequence[Token], position: int) -> tuple[int, list[Name]]:
        """The names that stand there, as many words as they can be: how many words, and which."""
        found: dict[int, list[Name]] = {}
        here = tokens[position].folded if position < len(tokens) else ""
        for words, name in self.by_word.get(here, ()):
            if tuple(token.folded for token in tokens[position : position + len(words)]) == words:
                found.setdefault(len(words), []).append(name)
        if not found:
            return 0, []
        longest = max(found)
        names = [name for name in found[longest] if name.is_key] or found[longest]
        return longest, list({name.thing: name for name in reversed(names)}.values())[::-1]

    def all(self) -> Iterator[tuple[tuple[str, ...], Name]]:
        for names in self.by_word.values():
            yield from names


def _named(schema: Schema) -> Iterator[tuple[tuple[str, ...], Name]]:
    for each in schema.fields():
        sort = Sort.FACT if each.key.startswith("fact:") else Sort.FIELD
        yield from _calls(sort, each.key, (each.label,), each)
    for relation in schema.relations():
        yield from _calls(Sort.RELATION, relation.key, (relation.label, relation.one), relation)
        yield from _with_adjectives(relation)
    for event in schema.events():
        yield from _calls(Sort.EVENT, event.key, (event.label,), event)
    for label, meant in _adjectives(schema):
        yield spelled(str(label)), Name(Sort.FILTER, str(label), str(label), meant=meant)


def _calls(sort: Sort, key: str, labels: Iterable[Text], info: FieldInfo | EventInfo | RelationInfo
           ) -> Iterator[tuple[tuple[str, ...], Name]]:  # fmt: skip
    label = next((str(each) for each in labels), key)
    yield spelled(key), Name(sort, key, label, info, is_key=True)
    for each in labels:
        yield spelled(str(each)), Name(sort, key, label, info)


def _with_adjectives(relation: RelationInfo) -> Iterator[tuple[tuple[str, ...], Name]]:
    for label, meant in _adjectives(relation.schema):
        for noun in filter(None, map(str, (relation.label, relation.one))):
            whole = f"{label} {str(relation.label).lower()}"
            yield spelled(f"{label} {noun}"), Name(Sort.RELATION, relation.key, whole, relation, meant)


def _adjectives(schema: Schema) -> Iterator[tuple[Text, Condition]]:
    for label, text in schema.adjectives():
        try:
            yield label, _read(text)
        except ConditionError:
            continue


@cache
def _read(text: str) -> Condition:
    return parse(text)
