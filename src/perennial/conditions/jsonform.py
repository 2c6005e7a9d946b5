"""The JSON form: what is stored and what programs send. It has a version, and reads strictly.

    {"version": 1, "all": [{"field": "stage", "op": "eq", "value": "retention"},
                           {"did": "commerce.order_placed", "at_least": 2, "within_days": 90}]}

Texts, whole numbers, true and false are themselves; the rest says what it is: {"number": "10.50"},
{"day": "2026-05-31"}, {"moment": "2026-05-31T09:30:00Z"}. A list of values is a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any as Json
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from perennial.conditions.check import MAX_DEPTH, check_size
from perennial.conditions.errors import ConditionError, ConditionTooLarge
from perennial.conditions.tree import (
    VERSION,
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Did,
    How,
    Measure,
    Neither,
    Op,
    Scalar,
    Value,
    Window,
)  # fmt: skip

Word = TypeVar("Word", Op, How)
_GROUPS: Mapping[str, type[All | Any | Neither]] = {"all": All, "any": Any, "none": Neither}


def to_json(condition: Condition) -> dict[str, Json]:
    return {"version": VERSION, **_node(condition)}


def from_json(data: object) -> Condition:
    """The condition, or a `ConditionError`. Check it against a schema before use."""
    if not isinstance(data, Mapping) or data.get("version") != VERSION:
        raise ConditionError(_("A condition in JSON is an object with “version”: %(version)d.") % {"version": VERSION})
    condition = _read({key: value for key, value in data.items() if key != "version"}, ())
    check_size(condition)
    return condition


def _node(condition: Condition) -> dict[str, Json]:
    match condition:
        case All(children):
            return {"all": [_node(child) for child in children]}
        case Any(children):
            return {"any": [_node(child) for child in children]}
        case Neither(children):
            return {"none": [_node(child) for child in children]}
        case Compare(field, op, value):
            return {"field": field, "op": op.value, **_valued(value)}
        case Did(event, times, within, where):
            bounds = {"at_least": times.at_least, "at_most": times.at_most}
            given = {key: bound for key, bound in bounds.items() if bound is not None}
            return {"did": event, **given, **_narrowed(within, where)}
        case Measure(event, property, how, op, value, within, where):
            made = {"measure": how.value, "property": property, "event": event, "op": op.value}
            return {**made, **_valued(value), **_narrowed(within, where)}
    raise TypeError(f"{condition!r} is no condition")


def _valued(value: Value) -> dict[str, Json]:
    if isinstance(value, tuple):
        return {"value": [_scalar(each) for each in value]}
    return {} if value is None else {"value": _scalar(value)}


def _narrowed(within: Window | None, where: tuple[Compare, ...]) -> dict[str, Json]:
    window = {"within_days": within.days} if within else {}
    return {**window, "where": [_node(test) for test in where]} if where else window


def _scalar(value: Scalar) -> Json:
    match value:
        case Decimal():
            return {"number": f"{value:f}"}
        case datetime():
            return {"moment": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        case date():
            return {"day": value.isoformat()}
    return value


def _read(data: object, path: tuple[int, ...]) -> Condition:
    if len(path) >= MAX_DEPTH:
        raise ConditionTooLarge(_("A condition may be nested at most %(most)d deep.") % {"most": MAX_DEPTH})
    if not isinstance(data, Mapping):
        raise ConditionError(_("A clause in JSON is an object."), path=path)
    if len(data) == 1 and (word := next(iter(data))) in _GROUPS:
        children = data[word]
        if not isinstance(children, list):
            raise ConditionError(_("“%(word)s” takes a list of clauses.") % {"word": word}, path=path)
        return _GROUPS[word](tuple(_read(child, (*path, i)) for i, child in enumerate(children)))
    return _read_clause(data, path)


def _read_clause(data: Mapping[str, Json], path: tuple[int, ...]) -> Condition:
    keys = set(data)
    if {"field", "op"} <= keys <= {"field", "op", "value"}:
        op = _read_word(Op, data, "op", path)
        return Compare(_read_key(data, "field", path), op, _read_value(data.get("value"), path))
    if "did" in keys and keys <= {"did", "at_least", "at_most", "within_days", "where"}:
        times = Bound(_read_count(data, "at_least", path), _read_count(data, "at_most", path))
        if times == Bound():
            times = Bound(at_least=1)
        return Did(_read_key(data, "did", path), times, _read_window(data, path), _read_where(data, path))
    needed = {"measure", "property", "event", "op"}
    if needed <= keys <= needed | {"value", "within_days", "where"}:
        how, op = _read_word(How, data, "measure", path), _read_word(Op, data, "op", path)
        event, item = _read_key(data, "event", path), _read_key(data, "property", path)
        value = _read_value(data.get("value"), path)
        return Measure(event, item, how, op, value, _read_window(data, path), _read_where(data, path))
    sentence = _("A clause has “all”, “any”, “none”, “field” and “op”, “did” or “measure”, and no unknown key.")
    raise ConditionError(sentence, path=path)


def _read_word(words: type[Word], data: Mapping[str, Json], key: str, path: tuple[int, ...]) -> Word:
    try:
        return words(data[key])
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise ConditionError(_("“%(key)s” is one of: %(known)s.") % {"key": key, "known": known}, path=path) from None


def _read_key(data: Mapping[str, Json], key: str, path: tuple[int, ...]) -> str:
    if isinstance(data[key], str):
        return str(data[key])
    raise ConditionError(_("“%(key)s” is a text.") % {"key": key}, path=path)


def _read_count(data: Mapping[str, Json], key: str, path: tuple[int, ...]) -> int | None:
    count = data.get(key)
    if count is None or (isinstance(count, int) and not isinstance(count, bool)):
        return count
    raise ConditionError(_("“%(key)s” is a whole number.") % {"key": key}, path=path)


def _read_window(data: Mapping[str, Json], path: tuple[int, ...]) -> Window | None:
    days = _read_count(data, "within_days", path)
    return None if days is None else Window(days)


def _read_where(data: Mapping[str, Json], path: tuple[int, ...]) -> tuple[Compare, ...]:
    tests = data.get("where", [])
    if not isinstance(tests, list):
        raise ConditionError(_("“%(word)s” takes a list of clauses.") % {"word": "where"}, path=path)
    read = tuple(_read(test, (*path, i)) for i, test in enumerate(tests))
    compares = tuple(test for test in read if isinstance(test, Compare))
    if len(compares) < len(read):
        raise ConditionError(_("“where” compares properties of the event and nothing else."), path=path)
    return compares


def _read_value(data: object, path: tuple[int, ...]) -> Value:
    if isinstance(data, list):
        return tuple(_read_scalar(each, path) for each in data)
    return None if data is None else _read_scalar(data, path)


def _read_scalar(data: object, path: tuple[int, ...]) -> Scalar:
    try:
        match data:
            case str() | bool() | int():
                return data
            case float():
                return Decimal(repr(data))
            case {"number": str(number), **rest} if not rest and len(number) <= 40:
                return Decimal(number)
            case {"day": str(day), **rest} if not rest:
                return date.fromisoformat(day)
            case {"moment": str(moment), **rest} if not rest:
                return datetime.fromisoformat(moment)
    except (ValueError, InvalidOperation):
        pass
    sentence = _('This is no value: %(value)s. Write {"number": "1.50"}, {"day": "2026-05-31"} or {"moment": "…Z"}.')
    raise ConditionError(sentence % {"value": repr(data)[:80]}, path=path)
