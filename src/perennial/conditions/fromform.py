"""A clause from what a form or a URL sends: everything is text there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from perennial.conditions.check import wrong_test
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, FieldInfo, Shape, shape
from perennial.conditions.tree import Compare, Op, Scalar, Value


def compare_from_form(info: FieldInfo, op: Op, texts: Sequence[str]) -> Compare:
    """The checked clause, or a `ConditionError`. `texts` are the values sent for it, empty ones left out."""
    given = [text for text in texts if text != ""]
    kind = ColumnType.WHOLE if shape(op) is Shape.DAYS else info.type
    try:
        values = tuple(_read(text, kind) for text in given)
    except (ValueError, InvalidOperation):
        sentence = _("“%(value)s” is no value for “%(field)s”.")
        raise ConditionError(sentence % {"value": " ".join(given)[:80], "field": info.label}) from None
    several = shape(op) in (Shape.MANY, Shape.PAIR)
    value: Value = values if several else values[0] if values else None
    if wrong := wrong_test(info, op, value):
        raise ConditionError(wrong)
    return Compare(info.key, op, value)


def _read(text: str, type: ColumnType) -> Scalar:
    match type:
        case ColumnType.WHOLE | ColumnType.MEMBER | ColumnType.TEAM | ColumnType.REF:
            return int(text)
        case ColumnType.NUMBER | ColumnType.MONEY:
            return Decimal(text)
        case ColumnType.FLAG if text in ("true", "false"):
            return text == "true"
        case ColumnType.DAY:
            return date.fromisoformat(text)
        case ColumnType.MOMENT:
            return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return text
