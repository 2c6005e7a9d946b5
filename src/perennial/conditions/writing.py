"""The text form, written. `text.parse` reads it back to the same tree."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from perennial.conditions.schema import Shape, shape
from perennial.conditions.tree import All, Any, Bound, Compare, Condition, Did, Measure, Neither, Op, Value, Window

WORDS: Mapping[Op, str] = {
    Op.EQ: "=", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">=",
    Op.BETWEEN: "between", Op.IN: "in", Op.NOT_IN: "not in", Op.CONTAINS: "contains", Op.STARTS_WITH: "starts with",
    Op.EMPTY: "is empty", Op.FILLED: "is filled", Op.BEFORE: "before", Op.AFTER: "after",
    Op.WITHIN_DAYS: "within", Op.OLDER_THAN_DAYS: "older than", Op.ME: "is me", Op.MY_TEAM: "is in my team",
}  # fmt: skip
RESERVED = frozenset({"not", "did", "all", "any", "none", "everything", "nothing"})
BARE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_]+)?(\.[A-Za-z0-9_]+)*")


def to_text(condition: Condition) -> str:
    """One line that a person can read, type and keep."""
    match condition:
        case All(children) if len(children) > 1:
            return " and ".join(_inside(child) for child in children)
        case Any(children) if len(children) > 1:
            return " or ".join(_inside(child) for child in children)
        case All(children):
            return f"all of ({_listed(children)})" if children else "everything"
        case Any(children):
            return f"any of ({_listed(children)})" if children else "nothing"
        case Neither(children):
            return f"not {_inside(children[0])}" if len(children) == 1 else f"none of ({_listed(children)})"
        case Compare(field, op, value):
            return f"{key_text(field)} {_test(op, value)}"
        case Did():
            return _did(condition)
        case Measure(event, property, how, op, value, within, where):
            inner = f"{key_text(property)} of {key_text(event)}{_within(within)}{_where(where)}"
            return f"{how}({inner}) {_test(op, value)}"
    raise TypeError(f"{condition!r} is no condition")


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


def _inside(child: Condition) -> str:
    text = to_text(child)
    return f"({text})" if isinstance(child, All | Any) and len(child.children) > 1 else text


def _listed(children: tuple[Condition, ...]) -> str:
    return ", ".join(to_text(child) for child in children)


def _test(op: Op, value: Value) -> str:
    word, values = WORDS[op], value if isinstance(value, tuple) else (value,)
    match shape(op):
        case Shape.NONE:
            return word
        case Shape.PAIR:
            return f"{word} {' and '.join(map(value_text, values))}"
        case Shape.MANY:
            return f"{word} ({', '.join(map(value_text, values))})"
        case Shape.DAYS:
            return f"{word} {_counted(value, 'day')}"
    return f"{word} {value_text(value)}"


def _did(did: Did) -> str:
    times = did.times
    if times == Bound(at_most=0):
        return f"did not {key_text(did.event)}{_within(did.within)}{_where(did.where)}"
    match times:
        case Bound(1, None):
            often = ""
        case Bound(low, None):
            often = f" at least {_counted(low, 'time')}"
        case Bound(None, high):
            often = f" at most {_counted(high, 'time')}"
        case Bound(low, high) if low == high:
            often = f" exactly {_counted(low, 'time')}"
        case Bound(low, high):
            often = f" between {low} and {_counted(high, 'time')}"
    return f"did {key_text(did.event)}{often}{_within(did.within)}{_where(did.where)}"


def _within(window: Window | None) -> str:
    return f" within {_counted(window.days, 'day')}" if window else ""


def _where(tests: tuple[Compare, ...]) -> str:
    return f" where ({' and '.join(to_text(test) for test in tests)})" if tests else ""


def _counted(count: object, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
