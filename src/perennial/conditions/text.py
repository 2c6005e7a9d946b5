"""The text form, read.

stage = "retention" and fact:commerce.order_count >= 2 and did commerce.order_placed at least 2 times within 90 days
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from perennial.conditions.check import MAX_SOURCE, check, check_size
from perennial.conditions.errors import ConditionTextError
from perennial.conditions.schema import Schema, Shape, shape
from perennial.conditions.tree import (
    NEVER,
    ONCE,
    TRUE,
    All,
    Any,
    Bound,
    Changed,
    Compare,
    Condition,
    Dates,
    Did,
    Earlier,
    Has,
    How,
    InSegment,
    Measure,
    Neither,
    Op,
    Scalar,
    Span,
    Tally,
    Unit,
    Value,
    Window,
)
from perennial.conditions.writing import WORDS, to_text
from perennial.foundation.errors import Text

__all__ = ["parse", "to_text"]

_LONGEST_NUMBER = 40
_OPS = {word: op for op, word in WORDS.items()}
_ESCAPED = re.compile(r"\\(.)")


def parse(text: str, schema: Schema | None = None) -> Condition:
    """The condition a text says. Without a schema only its form and size are checked."""
    if len(text) > MAX_SOURCE:
        raise ConditionTextError(_("This condition is too long: %(most)d characters at most.") % {"most": MAX_SOURCE})
    try:
        condition: Condition = _parser().parse(text)  # type: ignore[assignment]  # lark promises a Tree
    except UnexpectedInput as error:
        raise _said(error) from None
    check_size(condition)
    return check(condition, schema) if schema else condition


@cache
def _parser() -> Lark:
    source = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", transformer=_Builder(), maybe_placeholders=True)


def _said(error: UnexpectedInput) -> ConditionTextError:
    """What the parser met, for a person."""
    place = {"line": max(error.line, 1), "column": max(error.column, 1)}
    sentence = _("“%(found)s” in line %(line)d, column %(column)d was not expected there.")
    found = ""
    if isinstance(error, UnexpectedToken):
        if error.token.type == "$END":
            return ConditionTextError(_("Something is missing at the end of this condition."), **place)
        found = str(error.token)[:40]
        if "STRING" in error.expected:
            sentence = _("“%(found)s” in line %(line)d, column %(column)d is no value: write text in double quotes.")
    elif isinstance(error, UnexpectedCharacters):
        found = error.char
    return ConditionTextError(sentence % {"found": found, **place}, **place)


class _Builder(Transformer[Token, Condition]):
    """Builds the tree while the parser runs: a method for each rule, and no recursion."""

    def all_of(self, children: list[Condition]) -> Condition:
        return All(_present(children))

    def any_of(self, children: list[Condition]) -> Condition:
        return Any(_present(children))

    def none_of(self, children: list[Condition]) -> Condition:
        return Neither(_present(children))

    @v_args(inline=True)
    def compare(self, key: Token, test: tuple[Op, Value]) -> Compare:
        return Compare(_key(key), *test)

    @v_args(inline=True)
    def did(self, key: Token, times: Bound | None, window: Span | None, where: Condition | None) -> Did:
        return Did(_key(key), times or ONCE, window, where or TRUE)

    @v_args(inline=True)
    def did_not(self, key: Token, window: Span | None, where: Condition | None) -> Did:
        return Did(_key(key), NEVER, window, where or TRUE)

    @v_args(inline=True)
    def measure(
        self, how: Token, item: Token, event: Token, window: Span | None, where: Condition | None,
        test: tuple[Op, Value],
    ) -> Measure:  # fmt: skip
        return Measure(_key(event), _key(item), How(str(how)), *test, window, where or TRUE)

    @v_args(inline=True)
    def has(self, key: Token, times: Bound | None, where: Condition | None) -> Has:
        return Has(_key(key), times or ONCE, where or TRUE)

    @v_args(inline=True)
    def has_no(self, key: Token, where: Condition | None) -> Has:
        return Has(_key(key), NEVER, where or TRUE)

    @v_args(inline=True)
    def tally(self, how: Token, item: Token, relation: Token, where: Condition | None, test: tuple[Op, Value]) -> Tally:
        return Tally(_key(relation), _key(item), How(str(how)), *test, where or TRUE)

    @v_args(inline=True)
    def in_segment(self, key: Token) -> InSegment:
        return InSegment(_key(key))

    @v_args(inline=True)
    def changed(self, key: Token, old: Scalar | None, new: Scalar | None, window: Span | None) -> Changed:
        return Changed(_key(key), new, old, window)

    def at_least(self, counts: list[Token]) -> Bound:
        return Bound(at_least=_count(counts[0]))

    def at_most(self, counts: list[Token]) -> Bound:
        return Bound(at_most=_count(counts[0]))

    def exactly(self, counts: list[Token]) -> Bound:
        return Bound(_count(counts[0]), _count(counts[0]))

    def from_to(self, counts: list[Token]) -> Bound:
        return Bound(*map(_count, counts[-2:]))

    @v_args(inline=True)
    def last(self, count: Token, unit: Token) -> Window:
        return Window(_count(count), Unit(unit.removesuffix("s")))

    @v_args(inline=True)
    def earlier(self, count: Token, unit: Token) -> Earlier:
        return Earlier(_count(count), Unit(unit.removesuffix("s")))

    @v_args(inline=True)
    def dates(self, first: Token, last: Token) -> Dates:
        return Dates(_day(first), _day(last))

    @v_args(inline=True)
    def since(self, first: Token) -> Dates:
        return Dates(_day(first), None)

    @v_args(inline=True)
    def until(self, last: Token) -> Dates:
        return Dates(None, _day(last))

    @v_args(inline=True)
    def where(self, condition: Condition) -> Condition:
        return condition

    def test(self, parts: list[Token | Scalar]) -> tuple[Op, Value]:
        op = _OPS[" ".join(str(parts[0]).split())]
        values = tuple(_count(part) if isinstance(part, Token) else part for part in parts[1:])
        if shape(op) in (Shape.PAIR, Shape.MANY):
            return op, values
        return op, values[0] if values else None

    @v_args(inline=True)
    def string(self, token: Token) -> str:
        try:
            return str(json.loads(token))
        except ValueError:
            raise _at(token, _("The text in line %(line)d, column %(column)d has an unknown escape.")) from None

    @v_args(inline=True)
    def moment(self, token: Token) -> datetime:
        try:
            return datetime.fromisoformat(token)
        except ValueError:
            raise _at(token, _("The time in line %(line)d, column %(column)d does not exist.")) from None

    @v_args(inline=True)
    def day(self, token: Token) -> date:
        return _day(token)

    @v_args(inline=True)
    def number(self, token: Token) -> int | Decimal:
        return Decimal(token) if "." in token and len(token) <= _LONGEST_NUMBER else _count(token)

    def true(self, _nothing: list[object]) -> bool:
        return True

    def false(self, _nothing: list[object]) -> bool:
        return False


def _present(children: list[Condition]) -> tuple[Condition, ...]:
    return tuple(child for child in children if child is not None)


def _key(token: Token) -> str:
    return _ESCAPED.sub(r"\1", token[1:-1]) if token.startswith("`") else str(token)


def _count(token: Token) -> int:
    if len(token) > _LONGEST_NUMBER:
        raise _at(token, _("The number in line %(line)d, column %(column)d is too long."))
    return int(token)


def _day(token: Token) -> date:
    try:
        return date.fromisoformat(token)
    except ValueError:
        raise _at(token, _("The day in line %(line)d, column %(column)d does not exist.")) from None


def _at(token: Token, sentence: Text) -> ConditionTextError:
    place = {"line": token.line or 1, "column": token.column or 1}
    return ConditionTextError(str(sentence) % place, **place)
