"""The words and marks of the text form that clauses write with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from perennial.conditions.nodes import Bound, Op, Value
from perennial.conditions.schema import Shape, shape
from perennial.conditions.windows import counted

WORDS: Mapping[Op, str] = {
    Op.EQ: "=", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">=",
    Op.BETWEEN: "between", Op.IN: "in", Op.NOT_IN: "not in", Op.CONTAINS: "contains", Op.STARTS_WITH: "starts with",
    Op.EMPTY: "is empty", Op.FILLED: "is filled", Op.BEFORE: "before", Op.AFTER: "after",
    Op.WITHIN_DAYS: "within", Op.OLDER_THAN_DAYS: "older than", Op.ME: "is me", Op.MY_TEAM: "is in my team",
}  # fmt: skip
RESERVED = frozenset({
    "not", "did", "all", "any", "none", "everything", "nothing", "has", "no", "changed", "in", "related",
})  # fmt: skip
BARE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_]+)?(\.[A-Za-z0-9_]+)*")


def key_text(key: str) -> str:
    """A key as it is, or between backticks when it has other letters or is a word of the language."""
    if BARE_KEY.fullmatch(key) and key.lower() not in RESERVED:
        return key
    return "`" + key.replace("\\", "\\\\").replace("`", "\\`") + "`"


def value_text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    return json.dumps(str(value), ensure_ascii=False)


def test_text(op: Op, value: Value) -> str:
    """A test without what is tested."""
    word, values = WORDS[op], value if isinstance(value, tuple) else (value,)
    match shape(op):
        case Shape.NONE:
            return word
        case Shape.PAIR:
            return f"{word} {' and '.join(map(value_text, values))}"
        case Shape.MANY:
            return f"{word} ({', '.join(map(value_text, values))})"
        case Shape.DAYS:
            return f"{word} {counted(value, 'day')}"
    return f"{word} {'…' if value is None else value_text(value)}"


def times_text(times: Bound) -> str:
    """How often, with a space before it; nothing for once."""
    match times:
        case Bound(1, None):
            return ""
        case Bound(low, None):
            return f" at least {counted(low, 'time')}"
        case Bound(None, high):
            return f" at most {counted(high, 'time')}"
        case Bound(low, high) if low == high:
            return f" exactly {counted(low, 'time')}"
    return f" between {times.at_least} and {counted(times.at_most, 'time')}"
