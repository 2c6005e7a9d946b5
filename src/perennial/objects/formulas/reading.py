"""From text to tree. Written by hand, so that every mistake has a place and a cure.

or < and < not < = != < <= > >= < + - < * / < a sign before < names, values, calls, parentheses
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Text
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.tree import Call, Literal, Name, Node

MOST_LETTERS = 2_000
MOST_NODES = 200
DEEPEST = 25
_LONGEST_NUMBER = 24  # signs, with its decimals
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\\n]|\\[\"\\])*\")"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)|(?P<sign><=|>=|!=|<>|[-+*/=<>(),;]))",
    re.ASCII,
)
_COMPARED = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})
_WORDS = frozenset({"and", "or", "not", "true", "false", "empty"})
_CURES: dict[str, Text] = {
    "'": _("Text stands in double quotes."),
    '"': _("This text has no end: close it with another double quote."),
    "&": _("Texts are joined by concat(…, …)."),
    "%": _("Write a share as a number: 0.2 for 20 %."),
    "{": _("Fields are named by their keys, without braces."),
    "[": _("Fields are named by their keys, without brackets."),
    "!": _("“Not” is written as a word; “different” as !=."),
    "^": _("There are no powers here: multiply."),
    "“": _("Use straight double quotes around text."),
    "”": _("Use straight double quotes around text."),
}


class Token(NamedTuple):
    kind: str
    text: str
    position: int


@lru_cache(maxsize=1000)
def read(text: str) -> Node:
    """The tree of a formula. Raises `FormulaError`."""
    if len(text) > MOST_LETTERS:
        raise FormulaError(_("This formula is too long: %(most)d letters at most.") % {"most": MOST_LETTERS})
    if any((ord(letter) < 32 and letter not in "\n\r\t") or "\ud800" <= letter <= "\udfff" for letter in text):
        raise FormulaError(_("This formula has signs in it that cannot be stored."))
    if not text.strip():
        raise FormulaError(_("Write a formula, such as price * 1.2."))
    reader = _Reader(list(_tokens(text)))
    node = reader.expression(1)
    rest = reader.next
    if rest.kind != "end":
        cure = _("Something is missing between this and what stands before it, such as + or a comma.")
        if rest.text == ")":
            cure = _("This parenthesis was never opened.")
        elif rest.text in _COMPARED:
            cure = _("Join two comparisons by “and” or “or”.")
        raise FormulaError(cure, rest.position)
    return node


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            sign = text[at]
            raise FormulaError(_CURES.get(sign, _("“%(sign)s” means nothing here.") % {"sign": sign}), at + 1)
        kind = found.lastgroup or ""
        yield Token(kind, found[kind], found.start(kind) + 1)
        at = found.end()
    yield Token("end", "", len(text) + 1)


@dataclass
class _Reader:
    tokens: list[Token]
    at: int = 0
    nodes: int = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def takes(self, *words: str) -> Token | None:
        """The next token, if it is one of these words or signs."""
        token = self.next
        return self.take() if token.kind in ("name", "sign") and token.text.lower() in words else None

    def made(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError(_("This formula has too many parts. Make two formulas of it."), node.position)
        return node

    def expression(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FormulaError(_("This formula is nested too deep. Make two formulas of it."), self.next.position)
        return self._joined(depth, "or")

    def _joined(self, depth: int, word: str) -> Node:
        """Terms joined by `or`, each of them terms joined by `and`."""
        node = self._joined(depth, "and") if word == "or" else self._negated(depth)
        while token := self.takes(word):
            other = self._joined(depth, "and") if word == "or" else self._negated(depth)
            node = self.made(Call(word, (node, other), token.position))
        return node

    def _negated(self, depth: int) -> Node:
        token = self.takes("not")
        if token is None:
            return self._compared(depth)
        return self.made(Call("not", (self.expression(depth + 1),), token.position))

    def _compared(self, depth: int) -> Node:
        node = self._added(depth)
        token = self.takes(*_COMPARED)
        if token is None:
            return node
        if self.next.text == "=" and token.text == "=":
            raise FormulaError(_("One = is enough."), self.next.position)
        sign = "!=" if token.text == "<>" else token.text
        return self.made(Call(sign, (node, self._added(depth)), token.position))

    def _added(self, depth: int) -> Node:
        node = self._multiplied(depth)
        while token := self.takes("+", "-"):
            node = self.made(Call(token.text, (node, self._multiplied(depth)), token.position))
        return node

    def _multiplied(self, depth: int) -> Node:
        node = self._signed(depth)
        while token := self.takes("*", "/"):
            node = self.made(Call(token.text, (node, self._signed(depth)), token.position))
        return node

    def _signed(self, depth: int) -> Node:
        token = self.takes("-")
        if token is None:
            return self._primary(depth)
        if depth >= DEEPEST:
            raise FormulaError(_("This formula is nested too deep. Make two formulas of it."), token.position)
        return self.made(Call("negative", (self._signed(depth + 1),), token.position))

    def _primary(self, depth: int) -> Node:
        token = self.take()
        word = token.text.lower()
        if token.kind == "number":
            if len(token.text) > _LONGEST_NUMBER:
                raise FormulaError(_("This number is too long."), token.position)
            return self.made(Literal(Decimal(token.text), token.position))
        if token.kind == "text":
            return self.made(Literal(re.sub(r"\\(.)", r"\1", token.text[1:-1]), token.position))
        if token.text == "(":
            node = self.expression(depth + 1)
            self._close(token)
            return node
        if token.kind == "name" and word in ("true", "false", "empty"):
            return self.made(Literal(None if word == "empty" else word == "true", token.position))
        if token.kind == "name" and word not in _WORDS:
            return self._call(token, depth) if self.next.text == "(" else self.made(Name(token.text, token.position))
        if token.kind == "end":
            self.at -= 1
            raise FormulaError(_("Something is missing at the end."), token.position)
        raise FormulaError(
            _("A field, a number or a text is missing before “%(sign)s”.") % {"sign": token.text}, token.position
        )

    def _call(self, name: Token, depth: int) -> Node:
        opened = self.take()
        parts: list[Node] = []
        if self.next.text != ")":
            parts.append(self.expression(depth + 1))
            while self.takes(",", ";"):
                parts.append(self.expression(depth + 1))
        self._close(opened)
        return self.made(Call(name.text.lower(), tuple(parts), name.position))

    def _close(self, opened: Token) -> None:
        if self.takes(")") is None:
            sentence = _("This parenthesis is never closed: add a “)”, or a comma before what follows.")
            raise FormulaError(sentence, opened.position)
