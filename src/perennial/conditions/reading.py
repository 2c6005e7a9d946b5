"""Reading the JSON form: what a kind of clause asks for its parts, each refused with a sentence and the way to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any as Json
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionError, Path
from perennial.conditions.jsonvalues import read_scalar
from perennial.conditions.nodes import ONCE, TRUE, Bound, Condition, How, Op, Scalar, Value
from perennial.conditions.windows import Span, read_span
from perennial.foundation.errors import Text

Word = TypeVar("Word", Op, How)


@dataclass(frozen=True, slots=True)
class Reader:
    read: Callable[[object, Reader], Condition]
    path: Path = ()

    def refusal(self, sentence: Text) -> ConditionError:
        return ConditionError(sentence, path=self.path)

    def child(self, step: int | str) -> Reader:
        return replace(self, path=(*self.path, step))

    def key(self, data: Mapping[str, Json], key: str) -> str:
        if isinstance(data[key], str):
            return str(data[key])
        raise self.refusal(_("“%(key)s” is a text.") % {"key": key})

    def word(self, words: type[Word], data: Mapping[str, Json], key: str) -> Word:
        try:
            return words(data[key])
        except ValueError:
            known = ", ".join(word.value for word in words)
            raise self.refusal(_("“%(key)s” is one of: %(known)s.") % {"key": key, "known": known}) from None

    def times(self, data: Mapping[str, Json]) -> Bound:
        times = Bound(self._count(data, "at_least"), self._count(data, "at_most"))
        return ONCE if times == Bound() else times

    def span(self, data: Mapping[str, Json]) -> Span | None:
        if data.get("within") is None:
            return None
        span = read_span(data["within"])
        if span is None:
            sentence = _(
                '“within” is {"last": 30, "unit": "day"}, {"before": 30, "unit": "day"} or {"from": "2026-05-31"}.'
            )
            raise self.refusal(sentence)
        return span

    def where(self, data: Mapping[str, Json]) -> Condition:
        return TRUE if data.get("where") is None else self.read(data["where"], self.child("where"))

    def value(self, data: object) -> Value:
        if isinstance(data, list):
            return tuple(self._scalar(each) for each in data)
        return self.scalar(data)

    def scalar(self, data: object) -> Scalar | None:
        return None if data is None else self._scalar(data)

    def _scalar(self, data: object) -> Scalar:
        try:
            return read_scalar(data)
        except ValueError:
            sentence = _(
                'This is no value: %(value)s. Write {"number": "1.50"}, {"day": "2026-05-31"} or {"moment": "…Z"}.'
            )
            raise self.refusal(sentence % {"value": repr(data)[:80]}) from None

    def _count(self, data: Mapping[str, Json], key: str) -> int | None:
        count = data.get(key)
        if count is None or (isinstance(count, int) and not isinstance(count, bool)):
            return count
        raise self.refusal(_("“%(key)s” is a whole number.") % {"key": key})
