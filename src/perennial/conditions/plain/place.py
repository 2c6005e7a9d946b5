"""Where the reading stands: the next word, what was looked for at the end of the text, and what to say of a fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionTextError, ConditionTooLarge
from perennial.conditions.plain.lexing import Token
from perennial.conditions.plain.names import Names
from perennial.conditions.schema import Schema
from perennial.foundation.errors import Text

MOST_STEPS = 20_000  # words looked at for one text, over all ways in which it can be read
Meant = TypeVar("Meant")


@dataclass(frozen=True, slots=True)
class Wish:
    """What may stand at the end of the text: `insert` is what to type, `label` what people call it."""

    kind: str
    insert: str
    label: str
    is_other: bool = False  # another way to say what another wish says


@dataclass
class Place:
    """`at` is the number of the next word. Readers move it forward, and back where they were mistaken."""

    text: str
    tokens: list[Token]
    at: int = 0
    steps: int = 0
    wishes: dict[Wish, None] = field(default_factory=dict)
    named: dict[int, tuple[Schema, Names]] = field(default_factory=dict)

    def next(self) -> Token | None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise ConditionTooLarge(_("This condition can be read in too many ways: use the exact form."))
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def wish(self, kind: str, insert: str, label: str = "", *, is_other: bool = False) -> None:
        if self.at >= len(self.tokens):
            self.wishes[Wish(kind, insert, label or insert, is_other)] = None

    def took(self, *words: str) -> bool:
        """Whether these words stand here; they are behind us then."""
        self.wish("word", " ".join(words))
        for number, word in enumerate(words):
            position = self.at + number
            if (
                position >= len(self.tokens)
                or self.tokens[position].folded != word
                or _is_quoted(self.tokens[position])
            ):
                return False
        self.next()
        self.at += len(words)
        return True

    def took_mark(self, mark: str) -> bool:
        token = self.next()
        if token is None or token.text != mark:
            self.wish("mark", mark)
            return False
        self.at += 1
        return True

    def need_mark(self, mark: str) -> None:
        if not self.took_mark(mark):
            raise self.fault(_("“%(mark)s” is missing") % {"mark": mark})

    def took_one(self, phrases: Iterable[tuple[tuple[str, ...], Meant]], kind: str = "operator") -> Meant | None:
        """What the longest of the phrases that stands here means."""
        best: tuple[int, Meant] | None = None
        said: list[Meant] = []
        for words, meant in phrases:
            self.wish(kind, " ".join(words).replace(" (", "("), is_other=meant in said)
            said.append(meant)
            here = self.tokens[self.at : self.at + len(words)]
            if tuple(token.folded or token.text for token in here) == words and (best is None or len(words) > best[0]):
                best = len(words), meant
        if best is None:
            return None
        self.next()
        self.at += best[0]
        return best[1]

    def names(self, schema: Schema) -> Names:
        if id(schema) not in self.named:
            self.named[id(schema)] = schema, Names(schema)
        return self.named[id(schema)][1]

    def fault(self, sentence: Text, at: int | None = None) -> ConditionTextError:
        """The refusal of what stands here, saying where."""
        position = self.at if at is None else at
        if position >= len(self.tokens):
            ending = _("Something is missing at the end of this condition: %(wrong)s.")
            return ConditionTextError(str(ending) % {"wrong": sentence}, **self._where(len(self.text)))
        token = self.tokens[position]
        place = self._where(token.start)
        said = {"found": token.text[:40], "wrong": str(sentence), **place}
        whole = _("“%(found)s” in line %(line)d, column %(column)d: %(wrong)s.")
        return ConditionTextError(str(whole) % said, **place)

    def _where(self, offset: int) -> dict[str, int]:
        before = self.text[:offset]
        return {"line": before.count("\n") + 1, "column": offset - (before.rfind("\n") + 1) + 1}


def _is_quoted(token: Token) -> bool:
    return token.kind in ("string", "key")
