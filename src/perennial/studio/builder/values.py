"""What a clause compares with: the operators that people are offered, and values from what was typed and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType, FieldInfo, Shape, shape
from perennial.conditions.tree import Op, Scalar, Value
from perennial.foundation.errors import Text
from perennial.foundation.text import whole_number

WORDS: Mapping[Op, Text] = {
    Op.EQ: _("is"), Op.NE: _("is not"), Op.LT: _("is less than"), Op.LE: _("is at most"), Op.GT: _("is more than"),
    Op.GE: _("is at least"), Op.BETWEEN: _("is between"), Op.IN: _("is one of"), Op.NOT_IN: _("is none of"),
    Op.CONTAINS: _("contains"), Op.STARTS_WITH: _("starts with"), Op.EMPTY: _("is empty"),
    Op.FILLED: _("is filled in"), Op.BEFORE: _("is before"), Op.AFTER: _("is after"),
    Op.WITHIN_DAYS: _("is in the last … days"), Op.OLDER_THAN_DAYS: _("is … days ago or longer"), Op.ME: _("is me"),
    Op.MY_TEAM: _("is in my team"),
}  # fmt: skip
_ENDS = (Op.EMPTY, Op.FILLED)
_NUMERIC = (Op.GE, Op.LE, Op.EQ, Op.NE, Op.GT, Op.LT, Op.BETWEEN, *_ENDS)
_CALENDAR = (Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS, Op.AFTER, Op.BEFORE, Op.BETWEEN, *_ENDS)
_ONE = (Op.EQ, Op.NE, *_ENDS)
_SOME = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, *_ENDS)
_OFFERED: Mapping[ColumnType, tuple[Op, ...]] = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY), _NUMERIC),
    **dict.fromkeys((ColumnType.MOMENT, ColumnType.DAY), _CALENDAR),
    **dict.fromkeys((ColumnType.CHOICE, ColumnType.MEMBER, ColumnType.TEAM), _SOME),
    **dict.fromkeys((ColumnType.REF, ColumnType.REFS, ColumnType.LIST), _ONE),
    ColumnType.TEXT: (Op.EQ, Op.CONTAINS, Op.STARTS_WITH, Op.NE, Op.IN, Op.NOT_IN, *_ENDS),
    ColumnType.TIME: (Op.BEFORE, Op.AFTER, Op.BETWEEN, *_ENDS),
    ColumnType.FLAG: (Op.EQ, *_ENDS),
}  # fmt: skip
NUMERIC = frozenset({ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY})
_IDS = frozenset({ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS})


def operators(info: FieldInfo, *, now: Op | None = None) -> list[Op]:
    """Those offered, the usual first; with the one that the clause has."""
    found = [op for op in _OFFERED[info.type] if op in info.operators()]
    return found if now is None or now in found or now not in info.operators() else [*found, now]


def read_value(info: FieldInfo, op: Op, typed: Sequence[str], *, old: Value = None) -> Value:
    """What was typed, as the condition wants it. What cannot be read stays text, and the check says why."""
    texts = [text for text in (each.strip() for each in typed) if text]
    match shape(op):
        case Shape.NONE:
            return None
        case Shape.DAYS:
            return _whole(texts[0]) if texts else None
        case Shape.MANY:
            split = texts if info.choices or info.type in _IDS else [part for text in texts for part in parts(text)]
            return tuple(_scalar(info, text, old) for text in dict.fromkeys(split)) or None
        case Shape.PAIR:
            return tuple(_scalar(info, text, old) for text in texts[:2]) or None
    return _scalar(info, texts[0], old) if texts else None


def parts(text: str) -> list[str]:
    """ "a, b" as a list."""
    return [part for part in (each.strip() for each in text.split(",")) if part]


def shown_value(value: object) -> str:
    """As it stands in an input."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(shown_value(each) for each in value)
    return str(value)


def _scalar(info: FieldInfo, text: str, old: Value) -> Scalar:
    for each in old if isinstance(old, tuple) else (old,):
        if each is not None and shown_value(each) == text:  # a time of day that an input of days cannot show
            return each
    if info.type is ColumnType.FLAG:
        return {"true": True, "false": False}.get(text, text)
    if info.type is ColumnType.WHOLE or info.type in _IDS:
        return _whole(text)
    if info.type in NUMERIC:
        return _number(text)
    if info.type in (ColumnType.DAY, ColumnType.MOMENT):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _whole(text: str) -> int | str:
    number = whole_number(text.removeprefix("-"))
    return text if number is None else -number if text.startswith("-") else number


def _number(text: str) -> int | Decimal | str:
    whole = _whole(text)
    if isinstance(whole, int):
        return whole
    try:
        read = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    return read if read.is_finite() and len(text) <= 40 else text
